/** What `production: true` demands beside the logins' own checks: an administrator's password that nobody knows yet. */
import type { Problem } from "../kubesphere/errors";
import type { Settings } from "./settings";

/** KubeSphere's own, of which its documentation tells everybody: `P@88w0rd`, and the hash that ks-core has of it. */
export const DEFAULT_PASSWORDS = ["P@88w0rd", "$2a$10$zcHepmzfKPoxCVCYZr5K7ORPZZ/ySe9p/7IUb/8u./xHrnSX2LOCO"];

const PATH = "kubesphere:adminPassword";
const MEND = "Run `pulumi config set --secret adminPassword`";

/** @param isSecret whether the stack's configuration holds the password as a Pulumi secret */
export function checkProduction(
  { production, adminPassword }: Pick<Settings, "production" | "adminPassword">,
  isSecret: boolean,
): Problem[] {
  if (!production) return [];
  if (adminPassword === undefined)
    return [{ path: PATH, given: undefined, allowed: "a password of your own, as `production` is true", mend: MEND }];
  if (DEFAULT_PASSWORDS.includes(adminPassword))
    return [{ path: PATH, given: "[not shown]", allowed: "any password but KubeSphere's default, as `production` is true", mend: MEND }];
  if (!isSecret) return [{ path: PATH, given: "[not shown]", allowed: "a Pulumi secret, as `production` is true", mend: MEND }];
  return [];
}

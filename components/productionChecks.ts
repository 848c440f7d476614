/** What `production: true` demands beside the logins' own checks: an administrator's password that nobody knows yet. */
import { passwordWeakness } from "../kubesphere/defaultPassword";
import type { Problem } from "../kubesphere/errors";
import type { Settings } from "./settings";

const PATH = "kubesphere:adminPassword";
const MEND = "Run `pulumi config set --secret adminPassword`";

const ALLOWED = {
  default: "any password but KubeSphere's default, as `production` is true",
  "costly hash": "a bcrypt hash of cost 14 at most: that of another one takes too long to be told from the default's",
};

/** @param isSecret whether the stack's configuration holds the password as a Pulumi secret */
export function checkProduction(
  { production, adminPassword }: Pick<Settings, "production" | "adminPassword">,
  isSecret: boolean,
): Problem[] {
  if (!production) return [];
  if (adminPassword === undefined)
    return [{ path: PATH, given: undefined, allowed: "a password of your own, as `production` is true", mend: MEND }];
  const weakness = passwordWeakness(adminPassword);
  if (weakness !== undefined) return [{ path: PATH, given: "[not shown]", allowed: ALLOWED[weakness], mend: MEND }];
  if (!isSecret) return [{ path: PATH, given: "[not shown]", allowed: "a Pulumi secret, as `production` is true", mend: MEND }];
  return [];
}

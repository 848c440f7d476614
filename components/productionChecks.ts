/** What `production: true` demands beside the logins' own checks: passwords and keys that nobody knows yet. */
import { passwordWeakness } from "../kubesphere/defaultPassword";
import type { Problem } from "../kubesphere/errors";
import { checkHarborCredentials } from "../kubesphere/harbor";
import type { Settings } from "./settings";

const PATH = "kubesphere:adminPassword";
const MEND = "Run `pulumi config set --secret adminPassword`";

const ALLOWED = {
  default: "any password but KubeSphere's default, as `production` is true",
  "costly hash": "a bcrypt hash of cost 14 at most: that of another one takes too long to be told from the default's",
};

/** @param isSecret whether the stack's configuration holds the password as a Pulumi secret */
export function checkProduction(
  { production, adminPassword, harbor }: Pick<Settings, "production" | "adminPassword" | "harbor">,
  isSecret: boolean,
): Problem[] {
  if (!production) return [];
  return [
    ...checkAdminPassword(adminPassword, isSecret),
    ...(harbor ? checkHarborCredentials("kubesphere:harbor.values", harbor.values) : []),
  ];
}

/** Of secrets in clear, the errors. {@link checkProduction} has the administrator's password looked at as a whole. */
export const inProduction = (inClear: readonly Problem[]): Problem[] =>
  inClear.filter(({ path }) => path !== PATH).map((problem) => ({ ...problem, allowed: "a Pulumi secret, as `production` is true" }));

function checkAdminPassword(adminPassword: string | undefined, isSecret: boolean): Problem[] {
  if (adminPassword === undefined)
    return [{ path: PATH, given: undefined, allowed: "a password of your own, as `production` is true", mend: MEND }];
  const weakness = passwordWeakness(adminPassword);
  if (weakness !== undefined) return [{ path: PATH, given: "[not shown]", allowed: ALLOWED[weakness], mend: MEND }];
  if (!isSecret) return [{ path: PATH, given: "[not shown]", allowed: "a Pulumi secret, as `production` is true", mend: MEND }];
  return [];
}

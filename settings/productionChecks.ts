/** Further checks of `production: true`, beside those of logins: no public passwords and keys, and no other workspaces for extensions. */
import { OTHER_WORKSPACE } from "../kubesphere/extension/allowances";
import { label, SYSTEM_WORKSPACE } from "../kubesphere/api";
import { passwordWeakness } from "../kubesphere/login/defaultPassword";
import type { Problem } from "../kubesphere/errors";
import { checkHarborCredentials } from "../kubesphere/login/harbor";
import type { Labels } from "../kubesphere/extension/namespaceLabels";
import type { Settings } from "./settings";

const PATH = "kubesphere:adminPassword";
const MEND = "Run `pulumi config set --secret adminPassword`";

const ALLOWED = {
  default: "any password but KubeSphere's default, as `production` is true",
  "costly hash": "a bcrypt hash of cost 14 at most: that of another one takes too long to be told from the default's",
};

/** @param isSecret whether the stack's configuration holds the password as a Pulumi secret */
export function checkProduction(
  { production, adminPassword, harbor, extensions }: Pick<Settings, "production" | "adminPassword" | "harbor" | "extensions">,
  isSecret: boolean,
): Problem[] {
  if (!production) return [];
  return [
    ...checkAdminPassword(adminPassword, isSecret),
    ...(harbor ? checkHarborCredentials("kubesphere:harbor.values", harbor.values) : []),
    ...extensions.flatMap(({ install }, index) => (install === false ? [] : checkWorkspace(install, index))),
  ];
}

/** The same rule as in the policy of pull requests: members of another workspace get the rights of the extension's executor in the namespace. */
export function checkWorkspace(
  install: { readonly namespaceLabels?: Labels | undefined; readonly allow?: readonly { readonly rule: string }[] | undefined },
  index: number,
): Problem[] {
  const given = install.namespaceLabels?.[label.workspace] ?? SYSTEM_WORKSPACE;
  if (given === SYSTEM_WORKSPACE || install.allow?.some(({ rule }) => rule === OTHER_WORKSPACE)) return [];
  const path = `kubesphere:extensions[${index}].install.namespaceLabels.${label.workspace}`;
  const allowed = `${SYSTEM_WORKSPACE}, as \`production\` is true: members of another one may do what the extension's executor may`;
  return [{ path, given, allowed, mend: `Leave it out, or give a reason for the rule ${OTHER_WORKSPACE} in \`install.allow\`` }];
}

/** The errors for secrets in clear text. {@link checkProduction} checks the administrator's password. */
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

/** Checks a configuration, or a platform's arguments, by the schema and by further rules. */
import type { Problem } from "../kubesphere/errors";
import { clearSecrets } from "./clearSecrets";
import { membersProblems } from "../kubesphere/member/memberSettings";
import { hostName } from "../kubesphere/member/storedCluster";
import { configurationProblems } from "./configProblems";
import { mistake, refuse } from "../components/shared/mistake";
import { checkLogins } from "./oauthChecks";
import { checkProduction, inProduction } from "./productionChecks";
import { settingsSchema, type Settings } from "./settings";

/**
 * @param raw every key of the project's configuration without its namespace, already parsed.
 * @param stack the stack's name, which is the cluster's default identifier.
 * @param secretKeys the keys that have a secret somewhere in their value.
 * @param inClear secrets that Pulumi does not know as such, which production refuses. Default: all under the other keys.
 * @param root the prefix of the keys in messages
 * @param isSecret whether this part of a key's value may be a secret, or hold one. Default: all of a secret key
 * @throws {@link mistake} with one line for each problem: the key's path, the value found, the values allowed.
 */
export function parseSettings(
  raw: Readonly<Record<string, unknown>>,
  stack: string,
  secretKeys: readonly string[] = [],
  inClear: readonly Problem[] = clearSecrets({ values: raw, secretKeys, file: () => ({}) }),
  root = "kubesphere:",
  isSecret: (key: string, part: string) => boolean = (key) => secretKeys.includes(key),
): Settings {
  const result = settingsSchema.safeParse(raw);
  if (!result.success) throw mistake(configurationProblems(root, result.error.issues, raw).join("\n"));
  refuse(
    [
      ...checkLogins(result.data, new Date()).problems,
      ...membersProblems("kubesphere:memberClusters", result.data.memberClusters, hostName(result.data.ksCore.values)),
      ...checkProduction(result.data, secretKeys.includes("adminPassword")),
      ...(result.data.production ? inProduction(inClear) : []),
    ],
    root,
  );
  const { cluster, ...settings } = result.data;
  return {
    ...settings,
    cluster: { ...cluster, identifier: cluster.identifier ?? stack },
    hasSecretConfigs: isSecret("extensions", "*.install"),
    hasSecretValues: {
      ingress: isSecret("ingress", "values") || isSecret("ingressNginx", "values"),
      ksCore: isSecret("ksCore", "values"),
      memberClusters: isSecret("memberClusters", "*.values"),
      harbor: isSecret("harbor", "values"),
    },
  };
}

/** The arguments in the form of a configuration: without undefined values. */
export function given(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(given);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, child]) => (child === undefined ? [] : [[key, given(child)]])));
}

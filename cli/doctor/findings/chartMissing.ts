/** ExtensionVersions whose package is not where they say. */
import { LUBAN } from "../../../kubesphere/luban";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";
import type { ConfigMapKeys, ExtensionVersion } from "../facts/facts";

export const chartMissing = check(
  "chartMissing",
  "packages are where ExtensionVersions say",
  ["versions", "configMaps", "plans", "stack"],
  ({ versions, configMaps, plans, stack }) =>
    versions.flatMap((version): readonly Finding[] => {
      const why = chartProblem(version, configMaps);
      if (why === undefined) return [];
      const waiting = plans.find(({ spec: { extension } }) => `${extension.name}-${extension.version}` === version.metadata.name);
      const isDeclared = stack.declared.has(nameOf(version));
      const isInstalled = waiting?.status?.state === "Installed";
      return [
        {
          object: nameOf(version),
          why,
          means:
            waiting === undefined
              ? "it is offered in the Marketplace, and its installation would fail"
              : isInstalled
                ? `${waiting.metadata.name} runs on, and its next change of config fails`
                : `${waiting.metadata.name} is not installed; KubeSphere tries again and again, and goes on once the package is there`,
          mend: [isDeclared ? `pulumi up --refresh${stack.option}` : `publish it again: ${LUBAN} extension publish SOURCE`],
        },
      ];
    }),
);

/** undefined: its package is there, or comes from a URL. */
export function chartProblem({ spec }: ExtensionVersion, configMaps: readonly ConfigMapKeys[]): string | undefined {
  const from = spec.chartDataRef;
  if (from === undefined) return undefined;
  const found = configMaps.find(({ name, namespace }) => name === from.name && namespace === from.namespace);
  if (found === undefined) return `there is no ConfigMap ${from.namespace}/${from.name}`;
  return found.keys.includes(from.key) ? undefined : `ConfigMap ${from.namespace}/${from.name} has no binary data under ${from.key}`;
}

/** The webhooks of InstallPlans, as recorded from KubeSphere 4.1.2. */
import { YamlError } from "../../../../kubesphere/yaml/goYaml";
import type { InstallPlan } from "../objects.js";
import { readYaml } from "../../../../kubesphere/yaml/goYaml.js";
import { Denied, type AdmissionRequest, type Verdict } from "./review.js";

/** What Go takes for white space: JavaScript's class with U+0085 and without U+FEFF. */
const ENDING_SPACE = /(?:(?!\ufeff)[\s\x85])+$/;

/** White space goes from the end of every line. */
export const trimConfig = (config: string) =>
  config
    .split("\n")
    .map((line) => line.replace(ENDING_SPACE, ""))
    .join("\n");

export function defaultInstallPlan({ object }: AdmissionRequest<InstallPlan>): Verdict {
  const { config = "", clusterScheduling, ...spec } = object.spec;
  const { placement, overrides: given, ...others } = clusterScheduling ?? {};
  const overrides = Object.entries(given ?? {}).map(([cluster, it]) => [cluster, trimConfig(it)] as const);
  const trimmed = trimConfig(config);
  return {
    object: {
      ...object,
      spec: {
        ...spec,
        ...(trimmed !== "" && { config: trimmed }),
        // What server-side apply has emptied is null by then, and Go leaves that out.
        ...(clusterScheduling && {
          clusterScheduling: {
            ...others,
            ...(placement && { placement }),
            ...(overrides.length > 0 && { overrides: Object.fromEntries(overrides) }),
          },
        }),
      },
      status: object.status ?? {},
    } as InstallPlan,
  };
}

export function validateInstallPlan({ object }: AdmissionRequest<InstallPlan>): Verdict {
  const { config = "", clusterScheduling } = object.spec;
  assertYaml("extension config", config);
  for (const [cluster, override] of Object.entries(clusterScheduling?.overrides ?? {}))
    assertYaml(`cluster ${cluster} agent config`, override);
  return {};
}

function assertYaml(what: string, text: string): void {
  try {
    readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new Denied(`failed to unmarshal ${what}: error converting YAML to JSON: yaml: line ${error.line}: ${error.reason}`);
  }
}

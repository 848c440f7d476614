/** What was recorded of a real KubeSphere 4.1.2, as a cluster would list it. */
import { readFileSync } from "fs";
import { join } from "path";
import type { Plan } from "../../../cli/status/objects";
import type { Observed } from "../../../cli/status/observed";
import type { StoredObject } from "../../../cli/shared/cluster";
import { configHash } from "../../../kubesphere/extension/installPlan";
import { valuesHash, type Wanted } from "../../../cli/status/wanted";

interface Scenario {
  readonly scenario: string;
  readonly steps: readonly { readonly snapshot?: string; readonly objects?: Snapshot }[];
}
interface Snapshot {
  readonly InstallPlan: Plan | null;
  readonly Extension: StoredObject | null;
  readonly JSBundles: readonly StoredObject[] | string;
}

const { scenarios } = JSON.parse(readFileSync(join(__dirname, "../../vectors/installplan-lifecycle.json"), "utf8")) as {
  scenarios: readonly Scenario[];
};

export const NOTHING: Observed = {
  plans: [],
  extensions: [],
  bundles: [],
  deployments: [],
  statefulSets: [],
  daemonSets: [],
  ingresses: [],
  endpointSlices: [],
  clusters: [],
  members: [],
  warnings: [],
  unread: [],
  losses: new Map(),
  missingCrds: new Set(),
};

/** @param scenario the beginning of its name @param name of the snapshot */
export function recorded(scenario: string, name: string): { plan: Plan; observed: Observed } {
  const steps = scenarios.find((it) => it.scenario.startsWith(scenario))?.steps ?? [];
  const at = steps.findIndex(({ snapshot }) => snapshot === name);
  // What a snapshot does not repeat is as it was in the one before.
  const last = <K extends keyof Snapshot>(key: K) =>
    steps
      .slice(0, at + 1)
      .map(({ objects }) => objects?.[key])
      .findLast((it) => it !== undefined && typeof it !== "string") as Exclude<Snapshot[K], string>;
  const [plan, extension] = [last("InstallPlan"), last("Extension")];
  if (plan === null) throw new Error(`there is no such plan in ${scenario}, ${name}`);
  return {
    plan,
    observed: {
      ...NOTHING,
      plans: [plan],
      extensions: extension === null ? [] : [extension],
      bundles: last("JSBundles") as readonly StoredObject[],
    },
  };
}

/** A configuration that asks for what the plan asks for. */
export const askedBy = ({ metadata: { name }, spec: { extension, enabled, config = "" } }: Plan, more: object = {}): Wanted => ({
  name,
  versions: [extension.version],
  install: {
    version: extension.version,
    configHash: configHash(config),
    valuesHash: valuesHash(config),
    enabled,
    namespace: `extension-${name}`,
    clusters: [],
    ...more,
  },
});

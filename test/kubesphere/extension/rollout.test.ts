import { readFileSync } from "fs";
import { join } from "path";
import { configHash, type InstallPlanStatus } from "../../../kubesphere/extension/installPlan";
import { standingOf, type StoredPlan } from "../../../kubesphere/extension/rollout";

type Spec = StoredPlan["spec"];
interface Event {
  readonly order: string;
  readonly kind: string;
  readonly event: string;
  readonly object: {
    readonly metadata: StoredPlan["metadata"] & { readonly deletionTimestamp?: string };
    readonly spec: Spec | "<unchanged>";
    readonly status: InstallPlanStatus;
  };
}
const { scenarios } = JSON.parse(readFileSync(join(__dirname, "../../vectors/installplan-lifecycle.json"), "utf8")) as {
  scenarios: { scenario: string; events: Event[] }[];
};

interface Recorded {
  readonly order: string;
  readonly plan: StoredPlan;
}

/** A plan's rollouts: each begins with a change of its spec, and has the states from there to the next change. */
function rollouts(events: readonly Event[]): Recorded[][] {
  const found: { readonly spec: Spec; readonly states: Recorded[] }[] = [];
  for (const { kind, order, event, object } of events) {
    if (kind !== "InstallPlan" || event === "DELETED" || object.metadata.deletionTimestamp !== undefined) continue;
    if (object.spec !== "<unchanged>") found.push({ spec: object.spec, states: [] });
    const last = found.at(-1);
    last?.states.push({ order, plan: { ...object, spec: last.spec } });
  }
  return found.map(({ states }) => states);
}

const isEnd = (plan: StoredPlan) => ["installed", "failed"].includes(standingOf(plan).is);

test("`pulumi up` returns when the rollout it asked for has ended, well or badly, and not before", () => {
  const ends = scenarios.map(({ scenario, events }) => [
    scenario,
    rollouts(events).map((states) => {
      const end = states.find(({ plan }) => isEnd(plan));
      return end === undefined ? "never" : `${end.order} ${end.plan.status?.state}`;
    }),
  ]);
  expect(Object.fromEntries(ends)).toEqual({
    "main: publish, install, reconfigure, upgrade, downgrade, disable, enable, delete": [
      "<rv:34> Installed",
      "<rv:53> Installed",
      "<rv:80> Installed",
      "<rv:102> Installed",
      "<rv:109> Installed",
      "<rv:113> Installed",
    ],
    "plan created before its ExtensionVersion exists": ["<rv:35> Installed"],
    "plan whose name differs from the extension": ["<rv:38> Installed"],
    "bad YAML config": ["never"],
    "failing chart (template calls fail)": ["<rv:31> InstallFailed"],
    "ExtensionVersion deleted before the plan": ["<rv:34> Installed"],
    "chart ConfigMap missing, then restored and version touched": ["<rv:126> Installed", "<rv:145> Installed"],
    "failing chart (the executor service account may not create one of its objects), then repaired": [
      "<rv:33> InstallFailed",
      "<rv:57> Installed",
    ],
    // The third goes back to the first config: KubeSphere rolls nothing out. A config that ends with its package's digest changes.
    "upgrade to a failing version, back to the good one": [
      "<rv:35> Installed",
      "<rv:61> UpgradeFailed",
      "<rv:96> UpgradeFailed",
      "<rv:112> Installed",
    ],
    "forced deletion": ["<rv:35> Installed"],
  });
});

test("`pulumi up` takes no recorded state for the end of a rollout that it is not", () => {
  const all = scenarios.flatMap(({ events }) => rollouts(events)).flat();
  const specs = new Map(
    all.flatMap(({ plan }) => [true, false].map((enabled) => [JSON.stringify({ ...plan.spec, enabled }), { ...plan.spec, enabled }])),
  );
  const isRightly = ({ config = "", extension, enabled }: Spec, status: InstallPlanStatus = {}) => {
    const installed = status.state === "Installed" && status.version === extension.version && (status.enabled ?? false) === enabled;
    return status.configHash === configHash(config) && (installed || status.state === "InstallFailed" || status.state === "UpgradeFailed");
  };
  const mistaken = [...specs.values()].flatMap((spec) =>
    all.filter(({ plan }) => isEnd({ ...plan, spec }) !== isRightly(spec, plan.status)).map(({ order }) => ({ spec, order })),
  );
  expect(mistaken).toEqual([]);
  expect(specs.size).toBeGreaterThan(10);
});

describe("a plan that comes to no Job is told with KubeSphere's reason, whatever its state is called", () => {
  const statusAt = (scenario: string, order: string) =>
    scenarios.find((recorded) => recorded.scenario.startsWith(scenario))?.events.find((event) => event.order === order)?.object.status;
  const plan = (status: InstallPlanStatus, applied?: string): StoredPlan => ({
    metadata: {
      name: "shop",
      managedFields: [
        { time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } },
        { time: applied ?? "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } },
        { time: "2027-01-01T00:00:00Z", fieldsV1: { "f:status": {} } },
      ],
    },
    spec: { extension: { name: "shop", version: "0.1.0" }, enabled: true, config: "a: 1" },
    status,
  });
  const refused = (state: string, lastTransitionTime = "2026-01-01T00:00:05Z"): InstallPlanStatus => ({
    state,
    conditions: [{ type: "Installed", status: "False", reason: "InstallFailed", message: "no such chart", lastTransitionTime }],
  });

  test("as recorded", () => {
    expect(standingOf(plan(statusAt("chart ConfigMap missing", "<rv:96>") ?? {}))).toEqual({
      is: "refused",
      reason: 'InstallFailed: Failed to install extension: ConfigMap "extension-nochart-0.1.0-chart" not found',
    });
  });

  test.each(["Preparing", "InstallFailed", "UpgradeFailed"])("%s, in which KubeSphere 4.1.2 may stay for good", (state) => {
    expect(standingOf(plan(refused(state)))).toEqual({ is: "refused", reason: "InstallFailed: no such chart" });
  });

  test("but not with what an earlier rollout has left there", () => {
    expect(standingOf(plan(refused("InstallFailed"), "2026-01-01T00:00:06Z"))).toEqual({ is: "going", words: "InstallFailed" });
  });
});

test("who waits is told the state and the Job, in a few words", () => {
  const words = (status: InstallPlanStatus) =>
    standingOf({ metadata: { name: "shop" }, spec: { extension: { name: "shop", version: "1.0.0" }, enabled: true, config: "a" }, status });
  expect(words({})).toEqual({ is: "going", words: "waiting for KubeSphere" });
  expect(words({ state: "Preparing" })).toEqual({ is: "going", words: "Preparing" });
  const job = { configHash: configHash("a"), jobName: "helm-install-shop-abc123", targetNamespace: "shops" };
  expect(words({ state: "Installing", ...job })).toEqual({ is: "going", words: "Installing, Job helm-install-shop-abc123" });
  expect(words({ state: "InstallFailed", ...job })).toEqual({
    is: "failed",
    failures: [{ reason: "InstallFailed", job: { namespace: "shops", name: "helm-install-shop-abc123" } }],
  });
});

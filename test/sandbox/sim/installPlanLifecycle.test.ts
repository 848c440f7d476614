import { readFileSync } from "fs";
import { join } from "path";
import type { InstallPlan, InstallPlanStatus } from "../../../sandbox/src/sim/objects.js";
import { configHash } from "../../../sandbox/src/sim/configHash.js";
import * as change from "../../../sandbox/src/sim/planStatus.js";
import { nextStep, type Observed, type Outcome } from "../../../sandbox/src/sim/planStep.js";

interface Event {
  order: string;
  event: "ADDED" | "MODIFIED" | "DELETED";
  kind: string;
  object: { metadata: { name: string; labels?: Record<string, string> }; spec?: unknown; status?: unknown; type?: string };
}

interface Scenario {
  scenario: string;
  extension: string;
  plan: string;
  events: Event[];
}

const { scenarios } = JSON.parse(readFileSync(join(__dirname, "../../vectors/installplan-lifecycle.json"), "utf8")) as {
  scenarios: Scenario[];
};
const NOW = new Date("2026-01-01T00:00:00Z");

/** When things happened is the recording's own; what happened, and in which order, is what is compared. */
const timeless = (status: unknown): unknown =>
  JSON.parse(JSON.stringify(status ?? {}, (key, value: unknown) => (key === "lastTransitionTime" ? undefined : value)));

/** What the controller could see of the executor, as the recording's Jobs and release Secrets show it. */
class World {
  private readonly revisions = new Map<string, string>();
  private readonly jobs = new Map<string, Outcome>();

  see({ event, kind, object }: Event, plan: InstallPlan | undefined): void {
    const { name, labels } = object.metadata;
    if (kind === "Secret") {
      if (event === "ADDED") this.revisions.set(name, plan?.spec.extension.version ?? "");
      if (event === "DELETED" && plan?.metadata.annotations?.["kubesphere.io/force-delete"] !== "true") this.revisions.delete(name);
      if (labels?.["status"] === "deployed") this.jobs.set(plan?.status?.jobName ?? "", { is: "succeeded" });
    }
    if (kind !== "Job") return;
    if (event === "ADDED") this.jobs.set(name, { is: "running" });
    const { conditions = [] } = (object.status ?? {}) as { conditions?: { type: string; message: string }[] };
    const failure = conditions.find(({ type }) => type === "Failed");
    if (failure) this.jobs.set(name, { is: "failed", message: failure.message });
  }

  observed(plan: InstallPlan): Observed {
    const [newest] = [...this.revisions].sort(([a], [b]) => b.localeCompare(a, "en", { numeric: true }));
    return { configHash: configHash(plan.spec.config), releaseVersion: newest?.[1], job: this.jobs.get(plan.status?.jobName ?? "") };
  }
}

/** The status that the simulator would write where the recorded controller wrote `recorded`. */
function written(plan: InstallPlan, observed: Observed, recorded: InstallPlanStatus): { step: string; status: InstallPlanStatus } {
  const { spec, status = {} } = plan;
  const step = nextStep(plan, observed);
  const action = observed.releaseVersion === undefined ? "install" : "upgrade";
  const { jobName = "", version = "", releaseName = "", configHash: hash = "" } = recorded;
  switch (step) {
    case "execute":
      if (recorded.state === "Preparing") return { step, status: change.initialized(status, `extension ${spec.extension.name}`, NOW) };
      if (recorded.state === "InstallFailed")
        return {
          step,
          status: change.failed(status, action, recorded.conditions?.find(({ type }) => type === "Installed")?.message ?? "", NOW),
        };
      return { step, status: change.started(status, action, { jobName, configHash: hash, releaseName, version, now: NOW }) };
    case "switch":
      return { step, status: change.switched(status, spec.enabled) };
    case "uninstall":
      return { step, status: change.uninstalling(status, jobName, NOW) };
    case "forceUninstall":
      return { step, status: change.statusAfter("finishUninstall", plan, { metadata: { name: "" }, spec: {} }, observed, NOW) };
    case "addFinalizer":
    case "removeFinalizer":
    case "cancel":
    case "wait":
      return { step, status };
    case "setTargetNamespace":
    case "prepare":
    case "succeed":
    case "fail":
    case "correctVersion":
    case "failUninstall":
    case "finishUninstall":
      return { step, status: change.statusAfter(step, plan, { metadata: { name: "" }, spec: {} }, observed, NOW) };
  }
}

/** Replays a scenario; at each change of the plan's status, what was recorded beside what the simulator would write. */
function replay({ plan: name, events }: Scenario) {
  const world = new World();
  let plan: InstallPlan | undefined;
  const writes: { order: string; step: string; recorded: unknown; simulated: unknown }[] = [];
  for (const event of events) {
    if (event.kind !== "InstallPlan" || event.object.metadata.name !== name) {
      world.see(event, plan);
      continue;
    }
    if (event.event === "DELETED") continue;
    const object = event.object as unknown as InstallPlan;
    const next: InstallPlan = { ...object, spec: (object.spec as unknown) === "<unchanged>" && plan ? plan.spec : object.spec };
    if (plan && JSON.stringify(next.status ?? {}) !== JSON.stringify(plan.status ?? {})) {
      const { step, status } = written(plan, world.observed(plan), next.status ?? {});
      writes.push({ order: event.order, step, recorded: timeless(next.status), simulated: timeless(status) });
    }
    plan = next;
  }
  return writes;
}

// A config that is refused is the webhook's affair.
const simulated = scenarios.filter(({ scenario }) => scenario !== "bad YAML config");

test.each(simulated.map((it) => [it.scenario, it] as const))(
  "the sandbox shows an install going another way than on real KubeSphere: %s",
  (_, scenario) => {
    const writes = replay(scenario);
    expect(writes.map(({ order, step, simulated: status }) => ({ order, step, status }))).toEqual(
      writes.map(({ order, step, recorded: status }) => ({ order, step, status })),
    );
  },
);

test("the recordings are really compared: the long scenario has all steps of a life", () => {
  const [main] = simulated;
  expect(main && replay(main).map(({ step }) => step)).toEqual([
    ...["setTargetNamespace", "prepare", "execute", "execute", "succeed", "switch"],
    ...["prepare", "execute", "succeed"],
    ...["prepare", "execute", "correctVersion", "succeed"],
    ...["prepare", "execute", "correctVersion", "succeed"],
    ...["switch", "switch", "uninstall", "finishUninstall"],
  ]);
});

describe("a plan that the recordings do not show", () => {
  const plan = (status: InstallPlanStatus, metadata = {}): InstallPlan => ({
    metadata: { name: "demo", finalizers: ["kubesphere.io/installplan-protection"], ...metadata },
    spec: { extension: { name: "demo", version: "0.1.0" }, enabled: true },
    status: { targetNamespace: "extension-demo", ...status },
  });
  const observed: Observed = { configHash: configHash(), releaseVersion: undefined, job: undefined };

  test("a plan whose Job somebody deleted hangs in Installing", () => {
    expect(nextStep(plan({ state: "Installing", jobName: "x" }), observed)).toBe("fail");
  });

  test("deleting a plan in the middle of its install leaves a release behind", () => {
    const deleted = plan({ state: "Installing", jobName: "x" }, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(nextStep(deleted, { ...observed, job: { is: "running" } })).toBe("cancel");
    expect(nextStep(deleted, { ...observed, releaseVersion: "0.1.0" })).toBe("uninstall");
    expect(nextStep(deleted, observed)).toBe("finishUninstall");
  });

  test("a plan whose uninstall somebody stopped by deleting its Job hangs in Uninstalling", () => {
    const deleted = plan({ state: "Uninstalling", jobName: "x" }, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(nextStep(deleted, { ...observed, releaseVersion: "0.1.0" })).toBe("failUninstall");
    expect(nextStep(deleted, { ...observed, releaseVersion: "0.1.0", job: { is: "running" } })).toBe("wait");
  });

  test("a failed uninstall is repeated without end", () => {
    const deleted = plan({ state: "UninstallFailed", jobName: "x" }, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(nextStep(deleted, { ...observed, releaseVersion: "0.1.0" })).toBe("wait");
  });
});

import { checkObject } from "../../../sandbox/src/provider/kubernetes/check";
import { diffObject } from "../../../sandbox/src/provider/kubernetes/diff";
import { diffRelease, fillRelease } from "../../../sandbox/src/provider/kubernetes/releaseInputs";
import { isObject, revealAll, Secret, without, type Properties, type Value } from "../../../sandbox/src/provider/values";
import {
  scenarios,
  type Declared,
  type Operation,
  type Scenario as RecordedScenario,
  type Step as RecordedStep,
} from "../../conformance/vectors";

type Op = Operation;
interface Recorded {
  urnName: string;
  id: string;
  inputs: Properties | null;
  outputs: Properties;
  initErrors?: string[];
}
/** A recorded resource, as the provider gets it. */
type Resource = Omit<Declared, "inputs" | "opts"> & {
  readonly inputs: Properties;
  readonly opts: { ignoreChanges?: string[]; import?: string; deleteBeforeReplace?: boolean };
};
type Step = Omit<RecordedStep, "program" | "provider" | "stateAfter"> & {
  readonly provider?: Properties;
  readonly program?: readonly Resource[];
  readonly stateAfter?: { readonly resources: readonly Recorded[] };
};
type Scenario = Omit<RecordedScenario, "provider" | "steps"> & { readonly provider: Properties; readonly steps: readonly Step[] };

/** `__inputs` as they are in state: the recording says "<inputs>" where they are equal. */
const unfolded = ({ inputs, outputs }: Recorded): Properties => {
  const kept = outputs["__inputs"];
  if (kept === "<inputs>") return { ...outputs, __inputs: inputs };
  return isObject(kept) && kept["$secret"] === "<inputs>" ? { ...outputs, __inputs: { $secret: inputs } } : outputs;
};

const secrets = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(secrets);
  if (!isObject(value)) return value;
  if ("$secret" in value) return new Secret(value["$secret"] as Value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, secrets(item)]));
};

/** The recorded state leaves out a Release's empty settings. */
const filled = (inputs: Properties) => ({ ...fillRelease({ urn: "", seed: Buffer.alloc(1) }, {}, {}, "").inputs, ...inputs });

/** What the Node SDK's typed classes, an edited chart, or the server's schema does to inputs, no difference of inputs shows. */
const isPlain = ({ steps }: Scenario) =>
  !steps.some(
    ({ note, setup }) => note === "unknown fields" || setup?.some((line) => typeof line === "string" && line.includes("charts/mini/")),
  );
const plain = (scenarios as unknown as readonly Scenario[]).filter(isPlain);

const AWAITED_ELSEWHERE = /:(Service|StatefulSet)$/;

const chartVersion = (chart: Value | undefined) => (String(chart).includes("0.2.0") ? "0.2.0" : "0.1.0");

async function planOf(scenario: Scenario, step: Step, resource: Resource, old: Recorded) {
  const urn = `urn:pulumi:s::golden::${resource.type}::${resource.urnName}`;
  const from = { urn, id: old.id, inputs: secrets(old.inputs) as Properties, outputs: secrets(unfolded(old)) as Properties };
  const given = secrets(resource.inputs) as Properties;
  if (resource.type.endsWith(":Release")) {
    const { inputs } = fillRelease({ urn, seed: Buffer.alloc(1) }, from.inputs, given, "default");
    const news = { ...inputs, version: chartVersion(inputs["chart"]) };
    const asked = from.outputs["__inputs"];
    const kept = asked instanceof Secret ? { __inputs: new Secret(filled(revealAll(asked.value as Properties))) } : {};
    return diffRelease({ ...from, inputs: filled(from.inputs), outputs: { ...filled(from.outputs), ...kept } }, news);
  }
  const { inputs } = await checkObject({ urn, seed: Buffer.alloc(1) }, from.inputs, given, async () => undefined);
  const provider = step.provider ?? scenario.provider;
  const mutable = { configMaps: provider["enableConfigMapMutable"] === true, secrets: provider["enableSecretMutable"] === true };
  return diffObject(from, inputs, mutable);
}

/** What the engine makes of a diff, as it is recorded. */
function recorded(diff: ReturnType<typeof diffObject>, isBroken: boolean) {
  const detailed = Object.entries(diff.detailed ?? {}).map(([path, kind]) => [
    path,
    { kind: diff.replaces.includes(path) ? `${kind}-replace` : kind, inputDiff: kind === "delete" },
  ]);
  return {
    op: !diff.changed ? (isBroken ? "update" : "same") : diff.replaces.length > 0 ? "replace" : "update",
    replaceReasons: diff.replaces.length > 0 ? diff.replaces : null,
    diffReasons: diff.diffs && diff.diffs.length > 0 ? diff.diffs : null,
    detailedDiff: detailed.length > 0 ? (Object.fromEntries(detailed) as Op["detailedDiff"]) : null,
  };
}

describe("differences are those of the official provider, or previews would mislead", () => {
  let compared = 0;
  test.each(plain.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    let state = new Map<string, Recorded>();
    for (const step of scenario.steps) {
      for (const resource of step.program ?? []) {
        const old = state.get(resource.urnName);
        const ops = step.ops.filter(({ urnName, type }) => urnName === resource.urnName && type === resource.type);
        const op = ops.find(({ op }) => ["same", "update", "replace"].includes(op));
        const isPlainStep =
          !step.args && !resource.get && !resource.opts.ignoreChanges && !resource.opts.import && !resource.opts.deleteBeforeReplace;
        if (!old?.inputs || !op || !isPlainStep || op.replaceReasons?.[0] === "provider" || AWAITED_ELSEWHERE.test(resource.type)) continue;
        const diff = await planOf(scenario, step, resource, old);
        const { replaceReasons, diffReasons, detailedDiff } = op;
        const want = { op: op.op, replaceReasons, diffReasons, detailedDiff };
        expect({ command: step.command, ...recorded(diff, old.initErrors !== undefined) }).toEqual({ command: step.command, ...want });
        const isDeletedFirst = ops.findIndex(({ op }) => op === "delete-replaced") === 0;
        if (op.op === "replace") expect(diff.deleteBeforeReplace ?? false).toBe(isDeletedFirst);
        compared++;
      }
      if (step.stateAfter) state = new Map(step.stateAfter.resources.map((resource) => [resource.urnName, resource]));
    }
  });
  afterAll(() => expect(compared).toBeGreaterThan(0));
});

test("checked inputs are those that the official provider keeps, or a stack would differ after changing plugins", async () => {
  let compared = 0;
  for (const { steps } of plain) {
    for (const step of steps.filter(({ command, args }) => command === "up" && !args)) {
      for (const resource of step.program ?? []) {
        const op = step.ops.find(({ urnName, op }) => urnName === resource.urnName && op === "create");
        const kept = step.stateAfter?.resources.find(({ urnName }) => urnName === resource.urnName);
        if (!op || !kept?.inputs || resource.type.endsWith(":Release") || !(resource.inputs["metadata"] as Properties)["name"]) continue;
        const urn = `urn:pulumi:s::golden::${resource.type}::${resource.urnName}`;
        const { inputs } = await checkObject(
          { urn, seed: Buffer.alloc(1) },
          {},
          secrets(resource.inputs) as Properties,
          async () => undefined,
        );
        const given = resource.type.endsWith(":CustomResourceDefinition") ? without(inputs, "spec") : inputs;
        const want = secrets(kept.inputs) as Properties;
        expect(given).toEqual(resource.type.endsWith(":CustomResourceDefinition") ? without(want, "spec") : want);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(0);
});

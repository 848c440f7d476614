import { readinessOf } from "../../../sandbox/src/provider/kubernetes/readiness";
import type { KubeObject } from "../../../sandbox/src/provider/kubernetes/client";
import { parseWaitFor } from "../../../sandbox/src/provider/kubernetes/waitFor";
import { scenarios, type Step } from "../../conformance/vectors";

const object = (status: unknown, more: object = {}) =>
  ({ apiVersion: "a/v1", kind: "K", metadata: { name: "x", generation: 2 }, status, ...more }) as KubeObject;
const holds = (annotation: string, status: unknown) => parseWaitFor(annotation)(object(status));

test("a wait by JSONPath ends with the value asked for, and only then", () => {
  expect(holds("jsonpath={.status.phase}=Ready", { phase: "Ready" })).toBe(true);
  expect(holds("jsonpath={.status.phase}=Ready", { phase: "Pending" })).toBe(false);
  expect(holds("jsonpath={.status.phase}=Ready", {})).toBe(false);
  expect(holds("jsonpath={.status.phase}", { phase: "Any" })).toBe(true);
  expect(holds("jsonpath={.status.phase}", {})).toBe(false);
  expect(holds("jsonpath={.status.ready}=3", { ready: 3 })).toBe(true);
  expect(holds("jsonpath={.status.enabled}=true", { enabled: true })).toBe(true);
});

test("a wait by condition reads status.conditions, defaults to True and ignores what an older generation left", () => {
  const conditions = (status: string, observedGeneration?: number) => ({ conditions: [{ type: "Ready", status, observedGeneration }] });
  expect(holds("condition=Ready", conditions("True"))).toBe(true);
  expect(holds("condition=ready", conditions("true"))).toBe(true);
  expect(holds("condition=Ready", conditions("False"))).toBe(false);
  expect(holds("condition=Ready=False", conditions("False"))).toBe(true);
  expect(holds("condition=Ready=False", conditions("True"))).toBe(false);
  expect(holds("condition=Ready", conditions("True", 1))).toBe(false);
  expect(holds("condition=Ready", {})).toBe(false);
});

test("of a list every condition must hold", () => {
  const list = '["jsonpath={.status.phase}=Ready","condition=Synced"]';
  const conditions = [{ type: "Synced", status: "True" }];
  expect([{ phase: "Ready" }, { conditions }, { phase: "Ready", conditions }].map((status) => holds(list, status))).toEqual([
    false,
    false,
    true,
  ]);
});

test("the gate on an extension's version opens for that version only", () => {
  const gate = 'jsonpath={.status.versions[?(@.version=="0.1.0")].version}=0.1.0';
  expect(holds(gate, { versions: [{ version: "0.2.0" }, { version: "0.1.0" }] })).toBe(true);
  expect(holds(gate, { versions: [{ version: "0.2.0" }] })).toBe(false);
  expect(holds(gate, {})).toBe(false);
});

describe("the one filter that waits for this rollout's end, good or bad", () => {
  const filter =
    'jsonpath={$[?@.configHash=="H" && ((@.state=="Installed" && (@.version=="V" && @.enabled==true)) || (@.state=="InstallFailed" || @.state=="UpgradeFailed"))].state}';
  const status = { configHash: "H", state: "Installed", version: "V", enabled: true };
  test.each([
    ["installed", status, true],
    ["failed", { configHash: "H", state: "UpgradeFailed" }, true],
    ["still at it", { ...status, state: "Upgrading" }, false],
    ["an earlier rollout's success", { ...status, configHash: "old" }, false],
    ["an earlier rollout's failure", { configHash: "old", state: "InstallFailed" }, false],
    ["another version", { ...status, version: "U" }, false],
    ["no status yet", {}, false],
  ])("%s", (_, given, expected) => expect(holds(filter, given)).toBe(expected));
});

test("a plan that was switched off is waited for by the field's absence", () => {
  const filter = 'jsonpath={$[?@.configHash=="H" && (@.state=="Installed" && !@.enabled)].state}';
  expect(holds(filter, { configHash: "H", state: "Installed" })).toBe(true);
  expect(holds(filter, { configHash: "H", state: "Installed", enabled: true })).toBe(false);
});

test("a filter that the official provider cannot read must not pass here", () => {
  const chains = [
    "@.a==1 && @.b==2 && @.c==3",
    "@.a==1 || @.b==2 || @.c==3",
    "@.a==1 && @.b==2 || @.c==3",
    "@.a==1 && (@.b==2 && @.c==3 && @.d==4)",
  ];
  for (const chain of chains) expect(() => parseWaitFor(`jsonpath={$[?${chain}]}`)).toThrow("a chain of three terms of && or ||");
  const fine = [
    "@.a==1 && (@.b==2 && @.c==3)",
    "(@.a==1 && @.b==2) || @.c==3",
    '@.a=="x && y && z" && @.b==2',
    "@.a[?@.b==1 && @.c==2] && @.d==3",
  ];
  for (const filter of fine) expect(() => parseWaitFor(`jsonpath={$[?${filter}]}`)).not.toThrow();
});

test("a malformed annotation is told with the texts of the official provider", () => {
  expect(() => parseWaitFor("phase=Ready")).toThrow('expected a "jsonpath=" or "condition=" prefix, got "phase=Ready"');
  expect(() => parseWaitFor("jsonpath={.status.phase")).toThrow("{.status.phase should be wrapped in brackets { ... }");
  expect(() => parseWaitFor("jsonpath={.status[}")).toThrow();
});

test("an = that is none of ==, at which the official provider cuts the expression, is refused here too", () => {
  for (const operator of ["!=", ">=", "<="])
    expect(() => parseWaitFor(`jsonpath={.status.list[?(@.a${operator}1)]}`)).toThrow("= is understood in == only");
});

test("a condition on several values, or on an object, fails at once instead of waiting for ever", () => {
  expect(() => holds("jsonpath={.status.list[*]}=a", { list: ["a", "b"] })).toThrow("matches 2 values; a condition needs one");
  expect(() => holds("jsonpath={.status.list}=a", { list: ["a"] })).toThrow("leads to an object or a list");
});

describe("Deployments and Jobs are awaited by the states that were recorded of them", () => {
  interface State {
    readonly outputs: KubeObject;
    readonly initErrors?: readonly string[];
  }
  const isAwaited = ({ outputs: { kind, metadata } }: State) =>
    (kind === "Deployment" || kind === "Job") &&
    !Object.keys(metadata.annotations ?? {}).some((name) => /^pulumi.com.(skipAwait|waitFor)$/.test(name));
  const isOfUp = ({ command }: Step) => command === "up";
  const states = scenarios.flatMap(({ name, steps }) =>
    steps.flatMap((step, index) => {
      const resources = (step.stateAfter?.resources ?? []) as unknown as readonly State[];
      return isOfUp(step) ? resources.filter(isAwaited).map((state) => ({ name, step: index, state })) : [];
    }),
  );
  test.each(states.map(({ name, step, state }) => [`${name}, step ${step}`, state] as const))("%s", (_, { outputs, initErrors }) => {
    const readiness = readinessOf(outputs);
    expect(readiness?.isReady(outputs)).toBe(initErrors === undefined);
    if (!initErrors) return;
    const [first = "", ...rest] = readiness?.failure?.(outputs) ?? readiness?.missing(outputs) ?? [];
    expect(initErrors[0]?.endsWith(`: ${first}`)).toBe(true);
    expect(rest).toEqual(initErrors.slice(1));
  });
});

test("pulumi.com/skipAwait wins over everything that could be waited for", () => {
  const annotations = { "pulumi.com/skipAwait": "true", "pulumi.com/waitFor": "condition=Ready" };
  expect(readinessOf(object({}, { metadata: { name: "x", annotations } }))).toBeUndefined();
});

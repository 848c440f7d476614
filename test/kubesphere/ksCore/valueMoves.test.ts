import { readFileSync } from "fs";
import { join } from "path";
import { describeProblem } from "../../../kubesphere/errors";
import { lineOfChart, type ChartLine } from "../../../kubesphere/ksCore/chartLines";
import { misplacedValues, VALUE_MOVES } from "../../../kubesphere/ksCore/valueMoves";
import { mergeValues, valueAt, valuesWith, type Values } from "../../../kubesphere/chart/helmValues";

const vector = JSON.parse(readFileSync(join(__dirname, "../../vectors/ks-core.json"), "utf8")) as { readonly valuesDefaults: Values };

const found = (chart: string, values: Values) =>
  misplacedValues(values, lineOfChart(chart) as ChartLine, "kubesphere:ksCore.values", `ks-core ${chart}`).map((it) => ({
    told: describeProblem(it),
    isRenamed: it.isRenamed,
  }));

const BEFORE = { role: "member", hostClusterName: "main" };
const AFTER = { multicluster: { role: "member", hostClusterName: "main" } };

test("a member would become a host: Helm passes over the name that the chart of another release has for it", () => {
  expect([found("1.1.3", BEFORE), found("1.1.5", AFTER), found("1.2.4", AFTER)]).toEqual([[], [], []]);
  expect(found("1.1.5", BEFORE).map(({ told }) => told)).toEqual([
    'kubesphere:ksCore.values.role: "member" is not allowed; allowed: nothing here: ks-core 1.1.5 (KubeSphere 4.1.3) does not read it; what it takes instead is multicluster.role. Write it as multicluster.role.',
    'kubesphere:ksCore.values.hostClusterName: "main" is not allowed; allowed: nothing here: ks-core 1.1.5 (KubeSphere 4.1.3) does not read it; what it takes instead is multicluster.hostClusterName. Write it as multicluster.hostClusterName.',
  ]);
  expect(found("1.1.3", AFTER).map(({ told }) => told)).toEqual([
    'kubesphere:ksCore.values.multicluster.role: "member" is not allowed; allowed: nothing here: ks-core 1.1.3 (KubeSphere 4.1.2) does not read it; what it takes instead is role. Write it as role.',
    'kubesphere:ksCore.values.multicluster.hostClusterName: "main" is not allowed; allowed: nothing here: ks-core 1.1.3 (KubeSphere 4.1.2) does not read it; what it takes instead is hostClusterName. Write it as hostClusterName.',
  ]);
});

test("images of a private registry would not be pulled: from 4.1.3 on no image has a Secret of its own", () => {
  const own = valuesWith("console.image.pullSecrets", ["registry"]);
  expect([found("1.1.3", own), found("1.1.5", { global: { imagePullSecrets: [{ name: "registry" }] } })]).toEqual([[], []]);
  expect(found("1.1.5", own)).toEqual([
    {
      told: 'kubesphere:ksCore.values.console.image.pullSecrets: "[not shown]" is not allowed; allowed: nothing here: ks-core 1.1.5 (KubeSphere 4.1.3) does not read it; what it takes instead is global.imagePullSecrets. Write it as global.imagePullSecrets.',
      isRenamed: true,
    },
  ]);
});

test("the museum's image would be another one than the stack says", () => {
  const image = { image: { tag: "v1" } };
  expect(found("1.2.4", { ksExtensionRepository: image })).toEqual([
    { told: expect.stringContaining("Write it as kseExtensionRepository.") as string, isRenamed: true },
  ]);
  expect(found("1.1.5", { kseExtensionRepository: image })).toEqual([
    { told: expect.stringContaining("Write it as ksExtensionRepository.") as string, isRenamed: true },
  ]);
});

test("what nothing takes the place of is told, and keeps no stack from running", () => {
  const told = (chart: string, values: Values) => found(chart, values).map((it) => it.isRenamed);
  expect(told("1.1.5", valuesWith("hook.resources.limits.cpu", 2))).toEqual([false]);
  expect(told("1.1.3", valuesWith("helmExecutor.affinity.podAffinity", { a: 1 }))).toEqual([false]);
  expect(told("1.1.3", { upgrade: { enabled: true } })).toEqual([false]);
  expect(told("1.1.5", { upgrade: { enabled: true }, helmExecutor: { affinity: { a: 1 } } })).toEqual([]);
});

test("a copy of a chart's own values.yaml would be refused for what it leaves open", () => {
  const defaults = vector.valuesDefaults;
  const rest = Object.fromEntries(Object.entries(defaults).filter(([key]) => !["hook", "ksCRDs"].includes(key)));
  expect(found("1.1.3", defaults)).toEqual([]);
  expect(found("1.1.5", rest)).toEqual([]);
});

test("a value is said to be gone that the chart of 4.1.2 never had", () => {
  const defaults = mergeValues(vector.valuesDefaults, valuesWith("ksExtensionRepository.image.pullSecrets", []));
  for (const { from, to, since } of VALUE_MOVES) {
    if (from !== undefined) expect([from, valueAt(defaults, from)]).not.toEqual([from, undefined]);
    if (to !== undefined && to !== "global.imagePullSecrets") expect([to, since, valueAt(defaults, to)]).toEqual([to, since, undefined]);
  }
});

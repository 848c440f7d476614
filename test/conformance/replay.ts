/** Replays a scenario and compares every step with its recording. */
import { setTimeout as sleep } from "timers/promises";
import { run, succeeded } from "../support/sandbox";
import { differences, type Difference } from "./differences";
import { pulumi, stateOf, type Outcome, type Stack } from "./engine";
import { form, trimRelease, unfold } from "./forms";
import { kubeconfig } from "./kubeconfigs";
import { prepare } from "./preparations";
import type { Place } from "./sandbox";
import { withStack } from "./stack";
import { isTolerated, sameMeaning } from "./tolerated";
import { declares, isObject, type Diagnostic, type Json, type JsonObject, type Operation, type Scenario, type Step } from "./vectors";

/** The same chart under two versions, as files. */
const PACKAGES = [
  ["0.1.0", "1"],
  ["0.2.0", "2"],
] as const;

/**
 * Where the scenario's steps differ from their recording beyond what is tolerated, named `<command> <step's index>: <what>`.
 * @param last a look at what comes after the steps
 */
export function replay(place: Place, scenario: Scenario, last?: (stack: Stack) => Promise<void>): Promise<Difference[]> {
  return withStack(place, scenario.name, async (stack) => {
    if (declares(scenario, /:Release$/)) await packCharts(stack);
    const all: Difference[] = [];
    for (const [index, step] of scenario.steps.entries()) {
      const found = await compareStep(place, stack, scenario, step);
      const counted = found.filter((difference) => !isTolerated(scenario, step, difference));
      all.push(...counted.map((difference) => ({ ...difference, where: `${step.command} ${index}: ${difference.where}` })));
    }
    await last?.(stack);
    return all;
  });
}

/** Puts the chart `mini` beside its folder as `charts/mini-0.1.0.tgz` and `charts/mini-0.2.0.tgz`. */
export async function packCharts({ cwd, env }: Stack): Promise<void> {
  for (const [version, appVersion] of PACKAGES) {
    const args = ["package", "charts/mini", "--version", version, "--app-version", appVersion, "--destination", "charts"];
    succeeded(await run("helm", args, { cwd, env }));
  }
}

/** What the step's preparations and its command came to. */
export async function runStep(place: Place, stack: Stack, scenario: Scenario, step: Step): Promise<Outcome> {
  const later: Promise<void>[] = [];
  for (const line of step.setup ?? []) {
    if (typeof line === "string") await prepare(place, stack.cwd, line);
    else later.push(sleep(line.afterSeconds * 1000).then(() => prepare(place, stack.cwd, line.background)));
  }
  const settings = step.provider ?? scenario.provider;
  const provider = isObject(settings)
    ? { ...settings, kubeconfig: kubeconfig(place, String(settings["kubeconfig"]), stack.cwd) }
    : undefined;
  const [outcome] = await Promise.all([pulumi(stack, step, step.program ?? [], provider), ...later]);
  return outcome;
}

/** The engine begins nothing more once a resource failed: of several at once, the slower ones that fail too or stay the same are sometimes never begun. */
function asBegun(step: Step, { ops }: Outcome): Step {
  const begun = new Set(ops.map(({ urnName }) => urnName));
  // A preview marks no operation as failed: there, only its error says so.
  const hasFailed = ({ failed, urnName }: Operation) => failed || messages(step.error).some((text) => text.startsWith(`${urnName}: `));
  const isMissed = (it: Operation) => (hasFailed(it) || it.op === "same") && !begun.has(it.urnName);
  const missed = step.ops.filter(isMissed).map(({ urnName }) => urnName);
  const others = step.ops.filter(({ urnName }) => !missed.includes(urnName));
  if (missed.length === 0 || !others.some(hasFailed)) return step;
  const error = messages(step.error).filter((text) => !missed.some((name) => text.startsWith(`${name}: `)));
  return { ...step, ops: others, error: error.join("\n") };
}

async function compareStep(place: Place, stack: Stack, scenario: Scenario, recorded: Step): Promise<Difference[]> {
  const outcome = await runStep(place, stack, scenario, recorded);
  const step = asBegun(recorded, outcome);
  const said = (texts: readonly string[]) => [...texts].sort().map(sameMeaning);
  const told = (diagnostics: readonly Diagnostic[] = []) => diagnostics.map(({ urnName, message }) => `${urnName}: ${message.trim()}`);
  return [
    ...differences("exitCode", step.exitCode, outcome.exitCode),
    ...differences("ops", byName(step.ops), byName(outcome.ops)),
    ...differences("error", said(messages(step.error)), said(outcome.errors)),
    ...differences("warnings", said(told(step.warnings)), said(outcome.warnings)),
    ...(step.info ? differences("info", said(told(step.info)), said(outcome.info)) : []),
    ...(step.stateAfter ? differences("state", ...(await states(stack, step.stateAfter.resources))) : []),
    ...(await compareObjects(place, step.objectAfter ?? {})),
  ];
}

/** Diagnostics were recorded as one text, each led by its resource's name. */
const messages = (error: string | null): string[] => (error === null ? [] : error.trim().split(/\n(?=\w+: )/));

/** The engine works on several resources at once, and the official provider lists reasons as Go's maps have them: neither order means anything. */
function byName(ops: readonly Operation[]): Json {
  const key = ({ urnName, op }: Operation) => `${urnName} ${op}`;
  const plain = ops.map(({ op, urnName, type, replaceReasons, diffReasons, detailedDiff, failed }) => {
    const reasons = replaceReasons && [...replaceReasons].sort();
    return { op, urnName, type, replaceReasons: reasons, diffReasons, detailedDiff, ...(failed && { failed }) };
  });
  return plain.sort((a, b) => (key(a) < key(b) ? -1 : 1)) as unknown as Json;
}

const isRelease = ({ type }: JsonObject) => String(type).endsWith(":Release");

/** Most recordings of a Release leave out the settings that are not set. */
const isWholeRelease = (resource: JsonObject) =>
  isRelease(resource) && isObject(resource["inputs"]) && Object.values(resource["inputs"]).some((value) => value === false || value === "");

const FIELDS = ["id", "inputs", "outputs", "initErrors"];
const MARKS = ["protect", "retainOnDelete", "external", "delete", "additionalSecretOutputs", "pendingReplacement", "importID"];

async function states(stack: Stack, recorded: readonly JsonObject[]): Promise<[JsonObject, JsonObject]> {
  const isWhole = recorded.some(isWholeRelease);
  const table = (resources: readonly JsonObject[], change: (resource: JsonObject) => JsonObject): JsonObject => {
    const entries = resources.map((resource) => {
      const told = [...FIELDS, ...MARKS].filter((field) => resource[field] !== undefined && resource[field] !== null);
      const kept = change(Object.fromEntries(told.map((field) => [field, resource[field]])));
      return [String(resource["urnName"]), isRelease(resource) && !isWhole ? trimRelease(kept) : kept];
    });
    return Object.fromEntries(entries) as JsonObject;
  };
  const shaped = (resource: JsonObject) => form(resource) as JsonObject;
  return [table(recorded, (resource) => shaped(unfold(resource))), table(await stateOf(stack), shaped)];
}

async function compareObjects({ api }: Place, recorded: NonNullable<Step["objectAfter"]>): Promise<Difference[]> {
  const all: Difference[] = [];
  for (const [key, object] of Object.entries(recorded)) {
    const [kind = "", ...rest] = key.split("/");
    const name = rest.pop() ?? "";
    const collection = await api.findCollection(kind, rest.pop());
    const { status, object: found } = collection ? await api.ask("GET", `${collection}/${name}`) : { status: 404, object: {} };
    all.push(...differences(`object ${key}`, form(object), status === 404 ? null : form(found)));
  }
  return all;
}

/** Replays a scenario and compares every step with its recording. */
import { setTimeout as sleep } from "timers/promises";
import { run, succeeded } from "../support/sandbox";
import { collection } from "./api";
import { differences, type Difference } from "./differences";
import { pulumi, stateOf, type Outcome, type Stack } from "./engine";
import { form, trimRelease, unfold } from "./forms";
import { kubeconfig } from "./kubeconfigs";
import { prepare } from "./preparations";
import type { Place } from "./sandbox";
import { withStack } from "./stack";
import { sameMeaning } from "./tolerated";
import { declares, isObject, type Json, type JsonObject, type Operation, type Scenario, type Step } from "./vectors";

/** The same chart under two versions, as files. */
const PACKAGES = [
  ["0.1.0", "1"],
  ["0.2.0", "2"],
] as const;

/** Where the scenario's steps differ from their recording, named `<command> <step's index>: <what>`. */
export function replay(place: Place, scenario: Scenario): Promise<Difference[]> {
  return withStack(place, scenario.name, async (stack) => {
    for (const [version, appVersion] of declares(scenario, /:Release$/) ? PACKAGES : []) {
      const args = ["package", "charts/mini", "--version", version, "--app-version", appVersion, "--destination", "charts"];
      succeeded(await run("helm", args, { cwd: stack.cwd, env: stack.env }));
    }
    const all: Difference[] = [];
    for (const [index, step] of scenario.steps.entries()) {
      const found = await compareStep(place, stack, scenario, step);
      all.push(...found.map((difference) => ({ ...difference, where: `${step.command} ${index}: ${difference.where}` })));
    }
    return all;
  });
}

/** What the step's preparations and its command came to. */
export async function runStep(place: Place, stack: Stack, scenario: Scenario, step: Step): Promise<Outcome> {
  const later: Promise<void>[] = [];
  for (const line of step.setup ?? []) {
    if (typeof line === "string") await prepare(place, stack.cwd, line);
    else later.push(sleep(line.afterSeconds * 1000).then(() => prepare(place, stack.cwd, line.background)));
  }
  const settings = step.provider ?? scenario.provider;
  const provider = isObject(settings) ? { ...settings, kubeconfig: kubeconfig(place, String(settings["kubeconfig"])) } : undefined;
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
  const recordedWarnings = (step.warnings ?? []).map(({ urnName, message }) => `${urnName}: ${message.trim()}`);
  return [
    ...differences("exitCode", step.exitCode, outcome.exitCode),
    ...differences("ops", byName(step.ops), byName(outcome.ops)),
    ...differences("error", said(messages(step.error)), said(outcome.errors)),
    ...differences("warnings", said(recordedWarnings), said(outcome.warnings)),
    ...(step.stateAfter ? differences("state", ...(await states(stack, scenario, step.stateAfter.resources))) : []),
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

const FIELDS = ["id", "inputs", "outputs", "initErrors"];
const MARKS = ["protect", "retainOnDelete", "external", "delete", "additionalSecretOutputs", "pendingReplacement", "importID"];

async function states(stack: Stack, scenario: Scenario, recorded: readonly JsonObject[]): Promise<[JsonObject, JsonObject]> {
  const table = (resources: readonly JsonObject[], change: (resource: JsonObject) => JsonObject): JsonObject => {
    const entries = resources.map((resource) => {
      const told = [...FIELDS, ...MARKS].filter((field) => resource[field] !== undefined && resource[field] !== null);
      const kept = change(Object.fromEntries(told.map((field) => [field, resource[field]])));
      const isTrimmed = String(resource["type"]).endsWith(":Release") && scenario.name !== "release-lifecycle";
      return [String(resource["urnName"]), isTrimmed ? trimRelease(kept) : kept];
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
    const { status, object: found } = await api.ask("GET", `${collection(kind, rest.pop())}/${name}`);
    all.push(...differences(`object ${key}`, form(object), status === 404 ? null : form(found)));
  }
  return all;
}

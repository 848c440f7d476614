/** One `pulumi` command on one stack, and what the engine said of it. */
import { existsSync, readFileSync, writeFileSync } from "fs";
import { join } from "path";
import { run } from "../support/sandbox";
import { endProgramHost, programHost } from "./programHost";
import type { Declared, JsonObject, Operation, Step } from "./vectors";

export interface Stack {
  readonly name: string;
  /** The scenario's folder: the project, its charts, its state. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** By a name of one's own: a provider's function and its arguments. */
export type Invoked = Readonly<Record<string, readonly [token: string, args: JsonObject]>>;

export interface Outcome {
  readonly exitCode: number | null;
  readonly ops: readonly Operation[];
  /** Each led by its resource's name. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What was told beside, such as what a provider did on its own. */
  readonly info: readonly string[];
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly keys?: string[];
  readonly diffs?: string[];
  readonly detailedDiff?: Record<string, { diffKind?: string; kind?: string; inputDiff: boolean }>;
}

/** An entry of the engine's event log (`sdk/go/common/apitype`, "EngineEvent"). */
interface Event {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string; readonly ephemeral?: boolean };
}

const MODE: Readonly<Record<Step["command"], readonly string[]>> = {
  preview: [],
  up: ["--skip-preview", "--yes"],
  refresh: ["--skip-preview", "--yes"],
  destroy: ["--skip-preview", "--yes"],
  import: ["--skip-preview", "--yes"],
};

const TIMEOUT_MS = 180_000;

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

/**
 * @param program what the stack declares; refresh and destroy do not ask
 * @param provider settings of the explicit provider; none: the default one
 * @param invoked functions that the program calls; {@link answersOf} tells what came of them
 */
export async function pulumi(
  { name, cwd, env }: Stack,
  { command, args = [], env: more = {} }: Pick<Step, "command" | "args" | "env">,
  program: readonly Declared[],
  provider: JsonObject | undefined,
  invoked: Invoked = {},
): Promise<Outcome> {
  const [replay, log] = [join(cwd, "replay.json"), join(cwd, "events.json")];
  writeFileSync(replay, JSON.stringify({ program, provider, invoked }));
  writeFileSync(log, "");
  const host = command === "preview" || command === "up" ? ["--client", await programHost()] : [];
  const flags = [...MODE[command], ...host, "--non-interactive", "--stack", name, "--event-log", log, "--color", "never"];
  // The event log is an option for developers of Pulumi.
  const environment = { ...env, ...more, PULUMI_DEBUG_COMMANDS: "true" };
  const { code, stderr } = await run("pulumi", [command, ...args, ...flags], { cwd, env: environment, timeout: TIMEOUT_MS });
  if (code !== 0) endProgramHost();
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
  const events = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Event);
  return {
    exitCode: code,
    ops: operations(events, command),
    // A command that fails before the engine begins has no events.
    errors: events.length === 0 && code !== 0 ? [stderr] : diagnostics(events, "error"),
    warnings: diagnostics(events, "warning"),
    info: diagnostics(events, "info"),
  };
}

/** What the last program's functions answered, by their names; `{ error }` where one failed. */
export const answersOf = ({ cwd }: Stack) =>
  JSON.parse(readFileSync(join(cwd, "answers.json"), "utf8")) as Readonly<Record<string, JsonObject>>;

function diagnostics(events: readonly Event[], severity: string): string[] {
  return events.flatMap(({ diagnosticEvent: said }) => {
    if (said?.severity !== severity || said.ephemeral || /^(update|preview|refresh|destroy) failed$/.test(said.message.trim())) return [];
    return [`${said.urn ? `${nameOf(said.urn)}: ` : ""}${said.message.trim()}`];
  });
}

/** A provider that merely is made, stays or goes says nothing of the resources. */
const isTold = ({ type, op }: Metadata) =>
  type !== "pulumi:pulumi:Stack" && !(type.startsWith("pulumi:providers:") && ["create", "same", "delete", "refresh"].includes(op));

function operations(events: readonly Event[], command: Step["command"]): Operation[] {
  const failed = new Set(events.flatMap(({ resOpFailedEvent: event }) => (event ? [`${event.metadata.op} ${event.metadata.urn}`] : [])));
  const begun = events.flatMap((event): Metadata[] => {
    // What a refresh found is known only at its end.
    const { resourcePreEvent: before, resOutputsEvent: after, resOpFailedEvent: failure } = event;
    if (command === "refresh") return [after, failure].flatMap((ended) => (ended ? [ended.metadata] : []));
    return before && before.metadata.op !== "refresh" ? [before.metadata] : after?.metadata.op === "refresh" ? [after.metadata] : [];
  });
  return begun.filter(isTold).map((metadata) => {
    const { op, urn, type, keys, diffs, detailedDiff } = metadata;
    const detailed = Object.entries(detailedDiff ?? {}).map(([path, { diffKind, kind, inputDiff }]) => {
      return [path, { kind: diffKind ?? kind ?? "", inputDiff }] as const;
    });
    return {
      op,
      urnName: nameOf(urn),
      type,
      replaceReasons: keys ?? null,
      diffReasons: diffs ?? null,
      detailedDiff: detailedDiff ? Object.fromEntries(detailed) : null,
      ...(failed.has(`${op} ${urn}`) && { failed: true as const }),
    };
  });
}

/** The mark of a secret in a state: https://www.pulumi.com/docs/iac/concepts/secrets */
const SECRET = "4dabf18193072939515e22adb298388d";

/** The stack's resources in state, secrets shown; without the stack and its providers. */
export async function stateOf(stack: Stack): Promise<JsonObject[]> {
  const sealed = await exported(stack);
  // To show secrets the engine makes a key of the passphrase first, which takes it three times as long as all the rest; few states have any.
  return JSON.stringify(sealed).includes(SECRET) ? exported(stack, "--show-secrets") : sealed;
}

async function exported({ name, cwd, env }: Stack, ...flags: readonly "--show-secrets"[]): Promise<JsonObject[]> {
  const { code, stdout, stderr } = await run("pulumi", ["stack", "export", ...flags, "--stack", name], { cwd, env });
  if (code !== 0) throw new Error(stderr);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: (JsonObject & { urn: string; type: string })[] } };
  const own = (deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
  return own.map((resource) => ({ ...resource, urnName: nameOf(resource.urn) }));
}

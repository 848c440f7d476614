/** The engine's preview, read from its JSON. */
import type { Ran } from "./process";
import type { Problem } from "./report";

export interface Change {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** Paths of the changed properties; their values may be secret. */
  readonly properties: readonly string[];
}

export interface Changes {
  /** Operation to number, `same` too. */
  readonly counts: Readonly<Record<string, number>>;
  /** What does not stay the same; what is replaced or deleted comes first. */
  readonly list: readonly Change[];
}

interface Preview {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  }[];
  readonly changeSummary?: Readonly<Record<string, number>>;
  readonly diagnostics?: readonly { readonly message: string; readonly severity: string }[];
}

const LOUD = ["replace", "create-replacement", "delete-replaced", "delete"];

/** @returns the changes; undefined, with the problem, when the preview failed */
export function readPreview(what: string, ran: Ran): { readonly changes: Changes } | { readonly problem: Problem } {
  const preview = parsed(ran.stdout);
  if (!preview?.steps) return { problem: failed(what, ran, preview) };
  const all = preview.steps.map(({ op, urn, detailedDiff }) => {
    // urn:pulumi:stack::project::parent types$type::name
    const [, , types = "", name = ""] = urn.split("::");
    return { op, type: types.split("$").at(-1) ?? "", name, properties: Object.keys(detailedDiff ?? {}).sort() };
  });
  const changed = all.filter(({ op }) => op !== "same" && op !== "read");
  if (ran.code !== 0 && changed.length === 0) return { problem: failed(what, ran, preview) };
  const [loud, quiet] = [true, false].map((isLoud) => changed.filter(({ op }) => LOUD.includes(op) === isLoud));
  return { changes: { counts: preview.changeSummary ?? {}, list: [...(loud ?? []), ...(quiet ?? [])] } };
}

/** Of a preview in which nothing should have been left to do. */
export function leftOver(what: string, ran: Ran): readonly Problem[] {
  const read = readPreview(what, ran);
  if ("problem" in read) return [read.problem];
  const { list } = read.changes;
  if (list.length === 0) return [];
  const told = list.map(({ op, name, properties }) => [op, name, properties.join(" ")].join(" ").trim());
  return [{ line: `${what} is not empty: ${told.join(", ")}` }];
}

function parsed(stdout: string): Preview | undefined {
  try {
    return JSON.parse(stdout) as Preview;
  } catch {
    return undefined;
  }
}

function failed(what: string, { code, stdout, stderr }: Ran, preview: Preview | undefined): Problem {
  const told = preview?.diagnostics?.filter(({ severity }) => severity === "error").map(({ message }) => message.trim());
  const detail = told && told.length > 0 ? told.join("\n") : ending(stderr.trim() || stdout.trim());
  return { line: `${what} failed (exit code ${code ?? "none"})`, detail };
}

/** What an `up` said of its errors. */
export function upProblems(what: string, { code, stdout, stderr }: Ran): readonly Problem[] {
  if (code === 0) return [];
  // Between what it did and what it counted.
  const [, diagnostics] = stdout.split(/^(?:Diagnostics|Resources):$/m);
  return [{ line: `${what} failed (exit code ${code ?? "none"})`, detail: ending((diagnostics ?? `${stdout}\n${stderr}`).trim()) }];
}

const LINES = 40;
const ending = (said: string) => said.split("\n").slice(-LINES).join("\n");

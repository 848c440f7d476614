/** What the engine says of its previews and updates, read for what is wrong. */
import { nameIn } from "../shared/preview";
import type { Ran } from "./process";
import type { Problem } from "./report";

interface Preview {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  }[];
  readonly diagnostics?: readonly { readonly message: string; readonly severity: string }[];
}

/** Of a preview in which nothing should have been left to do. */
export function leftOver(what: string, ran: Ran): readonly Problem[] {
  const preview = parsed(ran.stdout);
  const left = (preview?.steps ?? []).filter(({ op }) => op !== "same" && op !== "read");
  if (left.length === 0) return preview?.steps && ran.code === 0 ? [] : [failed(what, ran, preview)];
  const told = left.map(({ op, urn, detailedDiff }) => [op, nameIn(urn), ...Object.keys(detailedDiff ?? {}).sort()].join(" "));
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

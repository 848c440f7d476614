/** The engine's preview of a stack: its steps, and what goes in before and after. */
import { mkdtemp, readFile, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { Failure } from "./command";
import type { Stack } from "./pulumi";
import { inClear } from "./secretValues";

export type Fields = Readonly<Record<string, unknown>>;

/** Of `pulumi preview --json`; its inputs have their secrets masked. */
export interface Step {
  /** create, update, delete, replace, create-replacement, delete-replaced, same, read, … */
  readonly op: string;
  readonly urn: string;
  readonly oldState?: StepState;
  readonly newState?: StepState;
  readonly replaceReasons?: readonly string[] | null;
  /** By property: add, update, delete, and each of them with `-replace`. */
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>> | null;
}
interface StepState {
  readonly type: string;
  readonly parent?: string;
  readonly inputs?: Fields;
}

export interface Preview {
  readonly steps: readonly Step[];
}

/** The last part of a URN: the resource's name in the program. */
export const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";

/** @throws Failure with the errors of the program */
export async function preview(stack: Stack, args: readonly string[] = []): Promise<Preview> {
  const { code, stdout, stderr } = await stack.run(["preview", "--json", ...args]);
  if (code === 0) return JSON.parse(stdout) as Preview;
  const { diagnostics = [] } = (stdout.startsWith("{") ? JSON.parse(stdout) : {}) as {
    diagnostics?: { severity: string; message: string }[];
  };
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trim());
  throw new Failure(`the stack's preview fails: ${errors.join("\n") || stderr.trim()}`);
}

/** By URN, what a resource's inputs are and will be, with every secret in clear: never to be printed. */
export interface Inputs {
  readonly before?: Fields;
  readonly after?: Fields;
}

export interface RevealedPreview extends Preview {
  readonly inputs: ReadonlyMap<string, Inputs>;
  /** As `pulumi stack export --show-secrets` gives it. */
  readonly state: RevealedState;
}

export interface RevealedState {
  readonly deployment?: { readonly resources?: readonly { urn: string; type: string; inputs?: Fields; outputs?: Fields }[] };
}

/** As `pulumi preview --save-plan` writes it. */
interface UpdatePlan {
  readonly resourcePlans?: Readonly<
    Record<string, { readonly goal?: { readonly inputDiff?: { readonly adds?: Fields; readonly updates?: Fields } } }>
  >;
}

/** A preview's JSON always masks secrets; the plan beside it, in a folder that only the user can read, does not. */
export async function revealedPreview(stack: Stack): Promise<RevealedPreview> {
  const folder = await mkdtemp(join(tmpdir(), "preview-"));
  try {
    const file = join(folder, "plan.json");
    const [{ steps }, state] = await Promise.all([preview(stack, ["--show-secrets", "--save-plan", file]), exported(stack)]);
    const { resourcePlans = {} } = JSON.parse(await readFile(file, "utf8")) as UpdatePlan;
    const old = new Map((state.deployment?.resources ?? []).map(({ urn, inputs }) => [urn, inClear(inputs ?? {}) as Fields]));
    const inputs = steps.map(({ urn, newState }): [string, Inputs] => {
      const { adds, updates } = resourcePlans[urn]?.goal?.inputDiff ?? {};
      const before = old.get(urn);
      const after = newState && { ...unmasked(newState.inputs ?? {}, before), ...(inClear({ ...adds, ...updates }) as Fields) };
      return [urn, { ...(before && { before }), ...(after && { after }) }];
    });
    return { steps, inputs: new Map(inputs), state };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const MASKED = "[secret]";

/** What is masked and not in the plan is as it was. */
const unmasked = (inputs: Fields, before: Fields = {}): Fields =>
  Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, value === MASKED && key in before ? before[key] : value]));

async function exported(stack: Stack): Promise<RevealedState> {
  const { code, stdout, stderr } = await stack.run(["stack", "export", "--show-secrets"]);
  if (code !== 0) throw new Failure(`the state cannot be read: ${stderr.trim()}`);
  return JSON.parse(stdout) as RevealedState;
}

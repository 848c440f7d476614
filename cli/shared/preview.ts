/** The engine's preview of a stack: its steps, and the inputs before and after. */
import { Failure } from "./command";
import { throughPipe } from "./namedPipe";
import { exportState, type Stack } from "./pulumi";
import { inClear } from "./secretValues";
import { together } from "../../kubesphere/parallel";

export type Fields = Readonly<Record<string, unknown>>;

/** From `pulumi preview --json`; secrets in its inputs are masked. */
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
  /** The old resource has another URN if there is an alias. */
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  /** `<URN>::<id>` */
  readonly provider?: string;
  /** The URNs of the resources with which it is replaced. */
  readonly replaceWith?: readonly string[];
  /** Whether the engine leaves it in the cluster when it deletes or replaces it. */
  readonly retainOnDelete?: boolean;
  readonly inputs?: Fields;
}

export interface Preview {
  readonly steps: readonly Step[];
  /** The messages of the program and the engine. May contain secrets. */
  readonly diagnostics?: readonly Diagnostic[] | null;
}

interface Diagnostic {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly message: string;
}

/** In order, without duplicates. */
export const warningsIn = ({ diagnostics }: Preview): readonly string[] => [
  ...new Set(
    (diagnostics ?? []).flatMap(({ severity, message }) => (severity === "warning" ? [message.replace(/^warning: /, "").trim()] : [])),
  ),
];

/** The last part of a URN: the resource's name in the program. */
export const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";

/** @throws Failure with the errors of the program */
export async function preview(stack: Stack, args: readonly string[] = []): Promise<Preview> {
  const { code, stdout, stderr } = await stack.run(["preview", "--json", ...args]);
  if (code === 0) return JSON.parse(stdout) as Preview;
  const { diagnostics } = (stdout.startsWith("{") ? JSON.parse(stdout) : {}) as Partial<Preview>;
  const errors = (diagnostics ?? []).filter(({ severity }) => severity === "error").map(({ message }) => message.trim());
  throw new Failure(`the stack's preview fails: ${errors.join("\n") || stderr.trim()}`);
}

/** By URN: a resource's old and new inputs, with every secret in clear text. Never print them. */
export interface Inputs {
  readonly before?: Fields;
  readonly after?: Fields;
}

export interface RevealedPreview extends Preview {
  readonly inputs: ReadonlyMap<string, Inputs>;
  /** The output of `pulumi stack export --show-secrets`. */
  readonly state: RevealedState;
}

export interface RevealedState {
  readonly deployment?: { readonly resources?: readonly { urn: string; type: string; inputs?: Fields; outputs?: Fields }[] };
}

/** The file that `pulumi preview --save-plan` writes. */
interface UpdatePlan {
  readonly resourcePlans?: Readonly<
    Record<string, { readonly goal?: { readonly inputDiff?: { readonly adds?: Fields; readonly updates?: Fields } } }>
  >;
}

/** A preview's JSON always masks secrets. The plan does not, so it goes through a pipe and is never stored on a disk. */
export async function revealedPreview(stack: Stack): Promise<RevealedPreview> {
  const [{ result, written }, state] = await together([
    throughPipe((pipe) => preview(stack, ["--show-sames", "--show-secrets", "--save-plan", pipe])),
    exportState<RevealedState>(stack, { revealed: true }),
  ]);
  const { resourcePlans = {} } = JSON.parse(written) as UpdatePlan;
  const old = new Map((state.deployment?.resources ?? []).map(({ urn, inputs }) => [urn, inClear(inputs ?? {}) as Fields]));
  const inputs = new Map<string, Inputs>();
  for (const { urn, oldState, newState } of result.steps) {
    // A replacement is reported in several steps, of which not all have both states.
    if (newState === undefined && inputs.has(urn)) continue;
    const { adds, updates } = resourcePlans[urn]?.goal?.inputDiff ?? {};
    const before = old.get(oldState?.urn ?? urn);
    const after = newState && { ...unchanged(newState.inputs ?? {}, before), ...(inClear({ ...adds, ...updates }) as Fields) };
    inputs.set(urn, { ...(before && { before }), ...(after && { after }) });
  }
  return { ...result, inputs, state };
}

/** Inputs that are not in the plan did not change; the state has them unmasked. */
const unchanged = (inputs: Fields, before: Fields = {}): Fields =>
  Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, key in before ? before[key] : value]));

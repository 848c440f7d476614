/** What the engine's steps say of each resource, brought together. Pure. */
import { nameIn, type Fields, type RevealedPreview, type Step } from "../shared/preview";

export type Operation = "create" | "update" | "replace" | "delete" | "import" | "same";

export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** In the program. */
  readonly name: string;
  readonly operation: Operation;
  /** The one of the engine's steps that says the most. */
  readonly step: Step;
  /** In clear. Absent of what is not there yet. */
  readonly old?: Fields;
  /** In clear. Absent of what goes. */
  readonly wanted?: Fields;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  import: "import",
  "import-replacement": "replace",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  delete: "delete",
  same: "same",
};

/** One for each URN, in the engine's order; those only read are left out. */
export function resourcesOf({ steps, inputs }: Pick<RevealedPreview, "steps" | "inputs">): readonly Resource[] {
  const told = new Map<string, Resource>();
  for (const step of steps) {
    const operation = operationOf(step);
    const before = told.get(step.urn);
    if (operation === undefined || (before && says(step) <= says(before.step))) continue;
    const { before: old, after: wanted } = inputs.get(step.urn) ?? {};
    told.set(step.urn, {
      urn: step.urn,
      type: (step.newState ?? step.oldState)?.type ?? "",
      name: nameIn(step.urn),
      operation,
      step,
      ...(old !== undefined && { old }),
      ...(wanted !== undefined && { wanted }),
    });
  }
  return [...told.values()];
}

/** What is retained goes from the state alone, and whatever replaces it was gone already. */
function operationOf({ op, oldState }: Step): Operation | undefined {
  const operation = OPERATIONS[op];
  if (oldState?.retainOnDelete !== true) return operation;
  return operation === "replace" ? "create" : operation === "delete" ? undefined : operation;
}

/** A replacement is reported in several steps. */
const says = ({ oldState, newState, replaceReasons }: Step) =>
  Number(oldState !== undefined) + Number(newState !== undefined) + Number((replaceReasons ?? []).length > 0);

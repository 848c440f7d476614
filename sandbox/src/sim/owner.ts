import type { Metadata } from "./objects.js";

type OwnerReference = NonNullable<Metadata["ownerReferences"]>[number];

/** The object of a kind that made this one and looks after it. */
export const controllerOf = ({ ownerReferences = [] }: Metadata, kind: "Job"): OwnerReference | undefined =>
  ownerReferences.find((it) => it.controller === true && it.kind === kind);

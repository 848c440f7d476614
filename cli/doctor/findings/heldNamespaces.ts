/** Namespaces that can never be deleted, since KubeSphere's finalizer on them is nobody's any more. */
import { letGoCommand, orphanedFinalizers, whyOrphaned } from "../../shared/heldNamespaces";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";

export const heldNamespaces = check(
  "heldNamespaces",
  "every namespace can be deleted",
  ["namespaces", "keeper"],
  ({ namespaces, keeper }) =>
    namespaces.flatMap((object): readonly Finding[] => {
      const finalizers = orphanedFinalizers(object, keeper);
      if (finalizers.length === 0) return [];
      const { name, deletionTimestamp } = object.metadata;
      return [
        {
          object: nameOf(object),
          why: `it is held by ${finalizers.join(", ")}: ${whyOrphaned(keeper)}`,
          means:
            deletionTimestamp === undefined
              ? "whoever deletes it, be it a `pulumi destroy`, waits for ever"
              : `it is being deleted since ${deletionTimestamp}, and never will be`,
          mend: [letGoCommand(object, finalizers)],
          action: { do: "let go", namespace: name, finalizers },
        },
      ];
    }),
);

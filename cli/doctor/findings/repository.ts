/** Repositories that write over what somebody else has published under the same name. */
import { label } from "../../../kubesphere/api";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";

export const repository = check(
  "repository",
  "no Repository takes over an Extension",
  ["extensions", "versions", "stack"],
  ({ extensions, versions, stack }) =>
    extensions.flatMap((extension): readonly Finding[] => {
      const { name, labels = {} } = extension.metadata;
      const isDeclared = stack.declared.has(nameOf(extension));
      // The publishing tools' label: a Repository's own Extensions have none.
      if (!isDeclared && labels[label.managed] !== "true") return [];
      const theirs = versions.filter(({ metadata }) => {
        const { [label.extensionRef]: of, [label.repositoryRef]: from } = metadata.labels ?? {};
        return of === name && from !== undefined;
      });
      const from = new Set([labels[label.repositoryRef], ...theirs.map(({ metadata }) => metadata.labels?.[label.repositoryRef])]);
      from.delete(undefined);
      if (from.size === 0) return [];
      const by = [...from].map((it) => `Repository ${it}`).join(", ");
      const own = labels[label.repositoryRef] === undefined ? "" : `it carries the mark of ${by}`;
      const also =
        theirs.length === 0 ? "" : `${by} has put ${theirs.map(nameOf).join(", ")} beside ${isDeclared ? "the stack's" : "its"} own`;
      return [
        {
          object: nameOf(extension),
          why: [own, also].filter((it) => it !== "").join("; "),
          means: `what ${isDeclared ? "the stack declares" : "was published"} of it is overwritten each time that the Repository is read`,
          mend: [`take ${name} out of the Repository's index, or give one of the two another name (renamedFrom in kubesphere:extensions)`],
        },
      ];
    }),
);

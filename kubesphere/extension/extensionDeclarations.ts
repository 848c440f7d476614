/** Checks of a stack's extensions against each other. */
import type { Placed } from "./compatibility";
import type { Problem } from "../errors";
import type { Installation } from "./extensionInstall";

export interface Declaration {
  /** The configuration key, e.g. `kubesphere:extensions[0]`. */
  readonly path: string;
  readonly packages: readonly Placed[];
  readonly install?: Installation | undefined;
  readonly renamedFrom?: string | undefined;
}

/** One problem for each version of another extension, and for each name and namespace that is used twice. */
export function declarationProblems(declarations: readonly Declaration[]): Problem[] {
  const names = declarations.map(({ packages }) => packages[0]?.package.name);
  return declarations.flatMap((declaration, index) => [
    ...versionProblems(declaration),
    ...twin(declaration, names, declarations, index),
    ...sharedNamespace(declaration, names, declarations, index),
    ...renameProblems(declaration, names),
  ]);
}

function versionProblems({ packages }: Declaration): Problem[] {
  const versions = packages.map((it) => it.package.version);
  const extension = packages[0]?.package.name ?? "";
  return packages.flatMap(({ path, package: { name, version } }, index): Problem[] => {
    if (name !== extension) {
      const mend = "Move it out of the list, to an extension of its own.";
      return [{ path, given: name, allowed: `a version of ${extension}, as the first one of the list`, mend }];
    }
    const first = versions.indexOf(version);
    if (first === index) return [];
    return [{ path, given: version, allowed: "each version once", mend: `Remove it: ${packages[first]?.path ?? ""} is that version too.` }];
  });
}

function twin({ packages }: Declaration, names: readonly unknown[], all: readonly Declaration[], index: number): Problem[] {
  const [first] = packages;
  const before = names.indexOf(names[index]);
  if (first === undefined || before === index) return [];
  const mend = `Remove it, rename its chart, or list both under \`versions\`: ${all[before]?.packages[0]?.path ?? ""} is that extension too.`;
  return [{ path: first.path, given: first.package.name, allowed: "each extension once", mend }];
}

function sharedNamespace({ path, install }: Declaration, names: readonly unknown[], all: readonly Declaration[], index: number): Problem[] {
  const before = all.findIndex((other) => other.install?.namespace === install?.namespace);
  if (install === undefined || before === index || names[before] === names[index]) return [];
  const mend = `Choose another: ${all[before]?.path ?? ""} is installed there, and takes the namespace along when it goes.`;
  return [{ path: `${path}.install.namespace`, given: install.namespace, allowed: "a namespace for each extension", mend }];
}

const renameProblems = ({ path, renamedFrom }: Declaration, names: readonly unknown[]): Problem[] =>
  renamedFrom === undefined || !names.includes(renamedFrom)
    ? []
    : [
        {
          path: `${path}.renamedFrom`,
          given: renamedFrom,
          allowed: "the name of an extension that is no longer declared",
          mend: "Leave renamedFrom out, or take the old extension out of the list.",
        },
      ];

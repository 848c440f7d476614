/** Derives an extension's rights and the Service of its UI from its rendered objects. */
import {
  builtInResources,
  definedBy,
  resourceFinder,
  type ApiResource,
  type FindResource,
  type FoundResource,
} from "../chart/apiResources";
import { rightsFor, rightsForLookups, rightsForNamed, type Right } from "./executorRights";
import { mergedRules, type PolicyRule } from "./policyRules";
import { isTest, type RenderedObject } from "../chart/renderedObject";
import { lookups, namedKinds } from "../chart/templateText";
import { chooseUi, type ChosenUi } from "./ui";

export interface ExtensionFacts {
  readonly clusterRules: readonly PolicyRule[];
  readonly rules: readonly PolicyRule[];
  /** Undefined if no UI was found in the charts. */
  readonly ui: ChosenUi | undefined;
}

export interface Renders {
  /** The results of the renders, with different values. */
  readonly all: readonly (readonly RenderedObject[])[];
  /** The objects of an installation. */
  readonly installed: readonly RenderedObject[];
  /** The objects with the chart's own Ingress switched on; empty if it has no such switch. */
  readonly exposed: readonly RenderedObject[];
}

export interface FactsOptions {
  readonly release: string;
  readonly namespace: string;
  readonly discovered: readonly ApiResource[];
  /** The templates of the author's charts, as text. */
  readonly templates: readonly string[];
}

export function factsOf(
  { all, installed, exposed }: Renders,
  options: FactsOptions,
): ExtensionFacts & { readonly rights: readonly Right[] } {
  const { rights } = needsOf(all.flat(), options);
  return {
    rights,
    ...rulesOf(rights),
    ui: chooseUi(
      installed.filter((it) => !isTest(it)),
      exposed.filter((it) => !isTest(it)),
      options,
    ),
  };
}

export interface Needs {
  readonly rights: readonly Right[];
  /** Kinds that templates name in plain text, rendered or not, with and without a namespace. */
  readonly named: readonly FoundResource[];
  readonly find: FindResource;
}

/** @param rendered of all renders, test hooks among them */
export function needsOf(rendered: readonly RenderedObject[], { namespace, discovered, templates }: Omit<FactsOptions, "release">): Needs {
  const objects = rendered.filter((object) => !isTest(object));
  const find = resourceFinder(objects, discovered);
  const named = namedIn(templates, objects, discovered, find);
  const looked = templates.flatMap((text) =>
    lookups(text, find).map(({ group, kind, isEverywhere }) => ({ ...find(group, kind), isEverywhere })),
  );
  // Objects that a user may switch on in the console get their rights, if they are in the namespace; kinds that templates look up are readable.
  const rights = [
    ...rightsFor(objects, namespace, find),
    ...rightsForNamed(named.filter(({ isNamespaced }) => isNamespaced)),
    ...rightsForLookups(looked),
  ];
  return { rights, named, find };
}

export const rulesOf = (rights: readonly Right[]): Pick<ExtensionFacts, "rules" | "clusterRules"> => ({
  clusterRules: mergedRules(rights.flatMap(({ role, rule }) => (role === "ClusterRole" ? [rule] : []))),
  rules: mergedRules(rights.flatMap(({ role, rule }) => (role === "Role" ? [rule] : []))),
});

function namedIn(
  templates: readonly string[],
  objects: readonly RenderedObject[],
  discovered: readonly ApiResource[],
  find: FindResource,
): FoundResource[] {
  const groups = new Map<string, string[]>();
  for (const { group, kind } of [...builtInResources, ...objects.flatMap(definedBy), ...discovered])
    groups.set(kind, [...(groups.get(kind) ?? []), group]);
  const named = templates.flatMap((text) => namedKinds(text, (kind) => groups.get(kind) ?? []));
  return named.map(({ group, kind }) => find(group, kind));
}

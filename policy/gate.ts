/** The rules, over all that a preview says and all that extensions would install. */
import { changesOf, factsOf, resourcesOf, type Preview } from "./preview";
import type { Finding, RenderedObject, Rule } from "./rule";
import { rules } from "./rules";

/** An installed extension and what Helm renders of its package. */
export interface RenderedExtension {
  readonly urn: string;
  readonly objects: readonly (RenderedObject & { readonly templateFile: string })[];
}

export interface Violation extends Finding {
  readonly rule: string;
  /** URN; for an object of an extension that of the extension. */
  readonly resource: string;
  /** The object within an extension, such as `Deployment web (charts/web/templates/deployment.yaml)`. */
  readonly object?: string;
  readonly why: string;
  readonly mend: string;
}

/** Every violation, in the order of the rules. */
export function violations(preview: Preview, extensions: readonly RenderedExtension[]): Violation[] {
  const facts = factsOf(preview);
  const [resources, changes] = [resourcesOf(preview), changesOf(preview)];
  return rules.flatMap((rule) => [
    ...resources.flatMap((it) => told(rule, it.urn, rule.resource?.(it, facts))),
    ...changes.flatMap((it) => told(rule, it.urn, rule.change?.(it))),
    ...extensions.flatMap(({ urn, objects }) =>
      objects.flatMap((it) => told(rule, urn, rule.object?.(it, facts, objects), objectName(it))),
    ),
  ]);
}

const objectName = ({ kind, metadata, templateFile }: RenderedExtension["objects"][number]) => `${kind} ${metadata.name} (${templateFile})`;

const told = ({ name, why, mend }: Rule, resource: string, findings: readonly Finding[] = [], object?: string): Violation[] =>
  findings.map((finding) => ({ rule: name, resource, ...(object !== undefined && { object }), ...finding, why, mend }));

/** Finds the extension that a component declares: the program chooses the component's name, and only the object has the extension's name. */
import { CORE_API } from "../api";
import { textAt } from "../chart/renderedObject";

/** The components' type. */
export const EXTENSION_COMPONENT = "kubesphere:index:Extension";

/** Of the resource that is called after it. */
const OBJECT = `kubernetes:${CORE_API}:Extension`;

export interface DeclaredResource {
  /** In the program. */
  readonly name: string;
  readonly type: string;
  readonly inputs: unknown;
}

/** @returns name of a component → the extension's */
export function extensionNames(resources: readonly DeclaredResource[]): ReadonlyMap<string, string> {
  const objects = resources.filter(({ type }) => type === OBJECT);
  const own = new Map(objects.map(({ name, inputs }) => [name, textAt(inputs, "metadata", "name")]));
  return new Map(
    resources.flatMap(({ name, type }) => (type === EXTENSION_COMPONENT ? [[name, own.get(`${name}-extension`) ?? name] as const] : [])),
  );
}

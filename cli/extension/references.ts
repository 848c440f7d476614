/** Whether what rendered objects point at is rendered too. */
import { fieldAt, groupOf, isFields, recordsAt, textAt } from "../../kubesphere/chart/renderedObject";
import type { RenderedObject } from "./helm";

export interface BrokenReference {
  readonly object: RenderedObject;
  /** What is wrong, as the end of a sentence that begins with the object. */
  readonly found: string;
  readonly mend: string;
}

/** @param namespace of objects that name none */
export function brokenReferences(objects: readonly RenderedObject[], namespace: string): BrokenReference[] {
  const lookUp = (kind: string, name: string, wanted: string | undefined) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name && spaceOf(object, namespace) === (wanted ?? namespace));
  return [...twins(objects, namespace), ...objects.flatMap((object) => [...ingress(object, lookUp, namespace), ...bundle(object, lookUp)])];
}

type LookUp = (kind: string, name: string, namespace: string | undefined) => RenderedObject | undefined;

const spaceOf = ({ metadata }: RenderedObject, namespace: string) => metadata.namespace ?? namespace;
export const named = ({ kind, metadata: { name } }: { readonly kind: string; readonly metadata: { readonly name: string } }) =>
  `${kind} ${name}`;

/** Helm stops at the second one. */
function twins(objects: readonly RenderedObject[], namespace: string): BrokenReference[] {
  const key = (object: RenderedObject) =>
    [groupOf(object.apiVersion), object.kind, spaceOf(object, namespace), object.metadata.name].join("/");
  return objects.flatMap((object, index) => {
    const first = objects.findIndex((other) => key(other) === key(object));
    const where = objects[first]?.templateFile ?? "";
    // The API server gives each a name of its own.
    const isGenerated = fieldAt(object, "metadata", "generateName") === object.metadata.name;
    return first === index || isGenerated
      ? []
      : [{ object, found: `is made twice, also by ${where}`, mend: "Name one of them otherwise." }];
  });
}

const SERVICE_MEND = "Correct the name or the port where the chart states it, or in extension.yaml: `service: {name: …, port: …}`.";

function ingress(object: RenderedObject, lookUp: LookUp, namespace: string): BrokenReference[] {
  if (object.kind !== "Ingress" || groupOf(object.apiVersion) !== "networking.k8s.io") return [];
  const backends = [
    fieldAt(object, "spec", "defaultBackend"),
    ...recordsAt(object, "spec", "rules").flatMap((rule) => recordsAt(rule, "http", "paths").map(({ backend }) => backend)),
  ];
  return backends.flatMap((backend) => {
    const name = textAt(backend, "service", "name");
    if (name === undefined) return [];
    const [portName, number] = [textAt(backend, "service", "port", "name"), fieldAt(backend, "service", "port", "number")];
    const service = lookUp("Service", name, spaceOf(object, namespace));
    if (service === undefined) return [{ object, found: `leads to the Service ${name}, which is not rendered`, mend: SERVICE_MEND }];
    const ports = recordsAt(service, "spec", "ports");
    if (ports.some((one) => (portName === undefined ? one["port"] === number : one["name"] === portName))) return [];
    const has = ports.map((one) => shown(one["port"], one["name"])).join(", ");
    const wanted = portName ?? (shown(number) || "none");
    return [{ object, found: `leads to port ${wanted} of the Service ${name}, which has ${has || "none"}`, mend: SERVICE_MEND }];
  });
}

const shown = (...parts: readonly unknown[]) => parts.filter((it) => typeof it === "number" || typeof it === "string").join(" ");

/** A missing ConfigMap is answered with 503, a missing key with an empty module: the console then shows nothing and says nothing. */
function bundle(object: RenderedObject, lookUp: LookUp): BrokenReference[] {
  if (object.kind !== "JSBundle") return [];
  const sources = [
    ["ConfigMap", fieldAt(object, "spec", "rawFrom", "configMapKeyRef")],
    ["Secret", fieldAt(object, "spec", "rawFrom", "secretKeyRef")],
  ] as const;
  return sources.flatMap(([kind, reference]) => {
    if (!isFields(reference)) return [];
    const [name, namespace, key] = [textAt(reference, "name") ?? "", textAt(reference, "namespace"), textAt(reference, "key") ?? ""];
    const mend = "Let it name a ConfigMap or Secret of the package, its namespace and its key.";
    const holder = lookUp(kind, name, namespace);
    if (holder === undefined) return [{ object, found: `reads the ${kind} ${name}, which is not rendered`, mend }];
    const keys = ["data", "binaryData", "stringData"].flatMap((field) => Object.keys(fieldAt(holder, field) ?? {}));
    return keys.includes(key)
      ? []
      : [{ object, found: `reads key ${key} of the ${kind} ${name}, which has ${keys.join(", ") || "none"}`, mend }];
  });
}

/** Whether what rendered objects point at is rendered too. */
import type { RenderedObject } from "./helm";
import { groupOf } from "./resources";

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
export const named = ({ kind, metadata }: Pick<RenderedObject, "kind" | "metadata">) => `${kind} ${metadata.name}`;

/** Helm stops at the second one. */
function twins(objects: readonly RenderedObject[], namespace: string): BrokenReference[] {
  const key = (object: RenderedObject) =>
    [groupOf(object.apiVersion), object.kind, spaceOf(object, namespace), object.metadata.name].join("/");
  return objects.flatMap((object, index) => {
    const first = objects.findIndex((other) => key(other) === key(object));
    const where = objects[first]?.templateFile ?? "";
    return first === index ? [] : [{ object, found: `is made twice, also by ${where}`, mend: "Name one of them otherwise." }];
  });
}

interface Backend {
  readonly service?: { readonly name?: string; readonly port?: { readonly number?: number; readonly name?: string } };
}
interface IngressSpec {
  readonly defaultBackend?: Backend;
  readonly rules?: readonly { readonly http?: { readonly paths?: readonly { readonly backend?: Backend }[] } }[];
}
interface ServiceSpec {
  readonly ports?: readonly { readonly port?: number; readonly name?: string }[];
}

const SERVICE_MEND = "Correct the name or the port where the chart states it, or in extension.yaml: `service: {name: …, port: …}`.";

function ingress(object: RenderedObject, lookUp: LookUp, namespace: string): BrokenReference[] {
  if (object.kind !== "Ingress" || groupOf(object.apiVersion) !== "networking.k8s.io") return [];
  const { defaultBackend, rules = [] } = (object["spec"] ?? {}) as IngressSpec;
  const backends = [defaultBackend, ...rules.flatMap(({ http }) => http?.paths?.map(({ backend }) => backend) ?? [])];
  return backends.flatMap((backend) => {
    const { name, port } = backend?.service ?? {};
    if (name === undefined) return [];
    const service = lookUp("Service", name, spaceOf(object, namespace));
    if (service === undefined) return [{ object, found: `leads to the Service ${name}, which is not rendered`, mend: SERVICE_MEND }];
    const { ports = [] } = (service["spec"] ?? {}) as ServiceSpec;
    if (ports.some((one) => (port?.name === undefined ? one.port === port?.number : one.name === port.name))) return [];
    const has = ports.map((one) => [one.port, one.name].filter((part) => part !== undefined).join(" ")).join(", ");
    const wanted = port?.name ?? port?.number ?? "none";
    return [{ object, found: `leads to port ${wanted} of the Service ${name}, which has ${has || "none"}`, mend: SERVICE_MEND }];
  });
}

interface KeyReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly key?: string;
}
interface BundleSpec {
  readonly rawFrom?: { readonly configMapKeyRef?: KeyReference; readonly secretKeyRef?: KeyReference };
}

/** A missing ConfigMap is answered with 503, a missing key with an empty module: the console then shows nothing and says nothing. */
function bundle(object: RenderedObject, lookUp: LookUp): BrokenReference[] {
  if (object.kind !== "JSBundle") return [];
  const { rawFrom = {} } = (object["spec"] ?? {}) as BundleSpec;
  const sources = [
    ["ConfigMap", rawFrom.configMapKeyRef],
    ["Secret", rawFrom.secretKeyRef],
  ] as const;
  return sources.flatMap(([kind, reference]) => {
    if (reference === undefined) return [];
    const { name = "", namespace, key = "" } = reference;
    const mend = "Let it name a ConfigMap or Secret of the package, its namespace and its key.";
    const holder = lookUp(kind, name, namespace);
    if (holder === undefined) return [{ object, found: `reads the ${kind} ${name}, which is not rendered`, mend }];
    const { data, binaryData, stringData } = holder as { data?: object; binaryData?: object; stringData?: object };
    const keys = Object.keys({ ...data, ...binaryData, ...stringData });
    return keys.includes(key)
      ? []
      : [{ object, found: `reads key ${key} of the ${kind} ${name}, which has ${keys.join(", ") || "none"}`, mend }];
  });
}

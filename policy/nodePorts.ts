/** NodePorts: open on every node of the cluster. */
import { RELEASE } from "./releases";
import { at, isRecord, join, records, type Finding, type Rule, type StackFacts } from "./rule";

export const nodePort: Rule = {
  name: "node-port",
  why: "A NodePort is open on every node of the cluster, past the ingress controller and its certificates.",
  mend: "Let the ingress controller lead to it (Service of type ClusterIP with an Ingress); only the ports of `kubesphere:ports` are open.",
  resource: ({ type, inputs }, stack) => (type === RELEASE ? [...records(inputs["values"], "values")].flatMap(inValues(stack)) : []),
  object: (object, stack) =>
    object.kind === "Service" && at(object, "spec", "type") === "NodePort" ? inService(at(object, "spec", "ports"), stack) : [],
};

/** Charts' values have them as `nodePort: 30880` or as `nodePorts: {http: 30888}`, with any depth below that. */
const inValues =
  (stack: StackFacts) =>
  ({ path, record }: { readonly path: string; readonly record: Readonly<Record<string, unknown>> }): Finding[] => {
    const isPorts = /(?:^|\.)nodePorts(?:\.|$)/.test(path);
    return Object.entries(record).flatMap(([key, value]) => (isPorts || key === "nodePort" ? outside(join(path, key), value, stack) : []));
  };

function inService(ports: unknown, stack: StackFacts): Finding[] {
  return (Array.isArray(ports) ? ports : []).filter(isRecord).flatMap((port, index) => {
    const property = `spec.ports[${index}].nodePort`;
    // Left out, the cluster chooses one.
    return port["nodePort"] === undefined ? [{ property, given: undefined }] : outside(property, port["nodePort"], stack);
  });
}

/** A chart's 0 or "" stands for none. */
const outside = (property: string, given: unknown, { nodePorts }: StackFacts): Finding[] => {
  const port = typeof given === "string" ? Number.parseInt(given, 10) : given;
  return typeof port !== "number" || Number.isNaN(port) || port === 0 || nodePorts.includes(port) ? [] : [{ property, given: port }];
};

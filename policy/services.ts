/** Ways into the cluster that pass by the ingress controller and its certificates. */
import { RELEASE } from "./releases";
import { at, join, records, type Finding, type RenderedObject, type Rule, type StackFacts } from "./rule";

type Fields = Readonly<Record<string, unknown>>;

const THROUGH_INGRESS = "Let the ingress controller lead to it: a Service of type ClusterIP with an Ingress.";

export const nodePort: Rule = {
  name: "node-port",
  why: "A NodePort is open on every node of the cluster, past the ingress controller and its certificates.",
  mend: `${THROUGH_INGRESS} Only the ports of \`kubesphere:ports\` are open.`,
  resource: ({ type, inputs }, stack) => (type === RELEASE ? [...records(inputs["values"], "values")].flatMap(inValues(stack)) : []),
  object: (object, stack) => [
    ...services(object).flatMap(chosenByCluster),
    ...[...records(object)].flatMap(({ path, record }) =>
      ["nodePort", "healthCheckNodePort"].flatMap((key) =>
        typeof record[key] === "number" ? outside(join(path, key), record[key], stack) : [],
      ),
    ),
  ],
};

export const loadBalancer: Rule = {
  name: "load-balancer",
  why: "A load balancer is an address of its own, mostly a public one, past the ingress controller and its certificates.",
  mend: THROUGH_INGRESS,
  object: (object) =>
    services(object).flatMap(({ path, fields }) =>
      fields["type"] === "LoadBalancer" ? [{ property: join(path, "type"), given: "LoadBalancer" }] : [],
    ),
};

export const externalIP: Rule = {
  name: "external-ip",
  why: "A Service with an external address takes what others in the cluster send there, whoever it belongs to (CVE-2020-8554).",
  mend: THROUGH_INGRESS,
  object: (object) =>
    services(object).flatMap(({ path, fields }) => {
      const { externalIPs } = fields;
      return Array.isArray(externalIPs) && externalIPs.length > 0 ? [{ property: join(path, "externalIPs"), given: externalIPs }] : [];
    }),
};

interface PlacedService {
  readonly path: string;
  readonly fields: Fields;
}

/** By shape, since custom resources of operators describe Services too. */
const services = (object: RenderedObject): PlacedService[] =>
  [...records(object)]
    .filter(({ record }) => record["type"] === "NodePort" || record["type"] === "LoadBalancer" || Array.isArray(record["externalIPs"]))
    .map(({ path, record }) => ({ path, fields: record }));

/** Ports of a Service that are left out: the cluster chooses some. */
function chosenByCluster({ path, fields: { type, ports, allocateLoadBalancerNodePorts } }: PlacedService): Finding[] {
  if (type !== "NodePort" && (type !== "LoadBalancer" || allocateLoadBalancerNodePorts === false)) return [];
  if (!Array.isArray(ports) || ports.length === 0) return [{ property: join(path, "type"), given: type }];
  return ports.flatMap((port, index) =>
    [undefined, null, 0].includes(at(port, "nodePort") as undefined)
      ? [{ property: join(path, `ports[${index}].nodePort`), given: undefined }]
      : [],
  );
}

/** Charts' values have them as `nodePort: 30880` or as `nodePorts: {http: 30888}`, with any depth below that. */
const inValues =
  (stack: StackFacts) =>
  ({ path, record }: { readonly path: string; readonly record: Fields }): Finding[] => {
    const isPorts = /(?:^|\.)nodePorts(?:\.|$)/.test(path);
    return Object.entries(record).flatMap(([key, value]) => (isPorts || key === "nodePort" ? outside(join(path, key), value, stack) : []));
  };

/** A chart's 0 or "" stands for none. */
const outside = (property: string, given: unknown, { nodePorts }: StackFacts): Finding[] => {
  const port = typeof given === "string" ? Number.parseInt(given, 10) : given;
  return typeof port !== "number" || Number.isNaN(port) || port === 0 || nodePorts.includes(port) ? [] : [{ property, given: port }];
};

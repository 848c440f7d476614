/** Pods, found by their shape in whatever kind of object describes them: a Pod, a template of one, a custom resource of an operator. */
import { isRecord, join, records } from "../rule";

type Fields = Readonly<Record<string, unknown>>;

/** Some fields of an object, and where they stand in it. */
export interface Placed {
  readonly path: string;
  readonly fields: Fields;
}

export interface PodSpec extends Placed {
  /** Of every sort: what Kubernetes' Pod Security Standards ask of one, they ask of all. */
  readonly containers: readonly Placed[];
  /** Whether all of a Pod is there. A custom resource may hold a part of one; of what that leaves out nothing can be said. */
  readonly isWhole: boolean;
}

const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"];
/** What tells a part of a Pod in a custom resource, such as Prometheus' `spec.hostNetwork` or `spec.volumes`. */
const POD_FIELDS = ["hostNetwork", "hostPID", "hostIPC", "securityContext", "volumes"];

export const isSet = (value: unknown) => value !== undefined && value !== null;

/** Every Pod and part of one within an object. */
export function podSpecs(object: unknown): PodSpec[] {
  const found = [...records(object)].filter(({ record }) => isPod(record) || POD_FIELDS.some((key) => isSet(record[key])));
  const specs = found.map(({ path, record }) => {
    const isWhole = isPod(record);
    const containers = CONTAINERS.flatMap((key) => placedItems({ path, fields: record }, key));
    // A part may be one of a Pod or of a container: `securityContext` means either.
    return { path, fields: record, isWhole, containers: isWhole ? containers : [{ path, fields: record }] };
  });
  // A container looks like a part of a Pod, and is looked at as what it is.
  const known = new Set(specs.filter(({ isWhole }) => isWhole).flatMap(({ containers }) => containers.map(({ fields }) => fields)));
  return specs.filter(({ fields, isWhole }) => isWhole || !known.has(fields));
}

const isPod = (record: Fields) => CONTAINERS.some((key) => Array.isArray(record[key]) && record[key].some(isRecord));

/** The maps of a list, with their places. */
export function placedItems({ path, fields }: Placed, key: string): Placed[] {
  const items = fields[key];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index) => (isRecord(item) ? [{ path: join(path, `${key}[${index}]`), fields: item }] : []));
}

/** A map within, as far as there is one. */
export const within = ({ path, fields }: Placed, ...keys: readonly string[]): Placed[] =>
  keys.reduce<Placed[]>(
    (found, key) => found.flatMap((it) => (isRecord(it.fields[key]) ? [{ path: join(it.path, key), fields: it.fields[key] }] : [])),
    [{ path, fields }],
  );

/** The security contexts of the Pod and of its containers. */
export const securityContexts = (pod: PodSpec): Placed[] =>
  [pod, ...pod.containers.filter(({ fields }) => fields !== pod.fields)].flatMap((it) => within(it, "securityContext"));

/** A Pod of a node with Windows is exempt from what Windows has not. */
export const isWindows = (pod: PodSpec) => within(pod, "os").some(({ fields }) => fields["name"] === "windows");

/** In a user namespace root is nobody on the node. */
export const hasUserNamespace = ({ fields }: PodSpec) => fields["hostUsers"] === false;

/** Which images a chart's objects make nodes pull. Pure. */
import { readYaml, YamlError } from "../../kubesphere/yaml/goYaml";
import type { K8s } from "../shared/objectDiff";
import { parseReference, referenceText, type Reference } from "./reference";

export interface ImageUse {
  readonly reference: Reference;
  /** Releases, sorted. */
  readonly neededBy: readonly string[];
}

export interface RenderedRelease {
  readonly release: string;
  readonly objects: readonly K8s[];
}

/**
 * Of pods wherever they stand in an object: in workloads, Jobs of CronJobs and hooks, lists, resources of operators; and what KubeSphere
 * itself starts pods with.
 * @param further references that no manifest names
 */
export function imagesOf(
  rendered: readonly RenderedRelease[],
  further: readonly string[],
): { images: readonly ImageUse[]; misspelt: readonly string[] } {
  const users = new Map<string, Set<string>>();
  const misspelt: string[] = [];
  const add = (text: string, user: string) => {
    const reference = parseReference(text);
    if (reference === undefined) misspelt.push(`${user} names the image ${JSON.stringify(text)}, which is no reference`);
    else users.set(referenceText(reference), (users.get(referenceText(reference)) ?? new Set()).add(user));
  };
  for (const { release, objects } of rendered)
    for (const object of objects) {
      for (const text of imagesWithin(object)) add(text, release);
      const own = ofKubeSphere(object);
      if (own instanceof YamlError) misspelt.push(`${release}: kubesphere.yaml in its ConfigMap is no YAML: ${own.message}`);
      else for (const text of own) add(text, release);
    }
  for (const text of further) add(text, "--image");
  const images = [...users].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    images: images.map(([text, names]) => ({ reference: parseReference(text) as Reference, neededBy: [...names].sort() })),
    misspelt: [...new Set(misspelt)],
  };
}

const CONTAINERS = new Set(["containers", "initContainers", "ephemeralContainers"]);

/** As they are written. */
function imagesWithin(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesWithin);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => [...imagesAt(key, child), ...imagesWithin(child)]);
}

function imagesAt(key: string, child: unknown): string[] {
  if (CONTAINERS.has(key) && Array.isArray(child)) return child.flatMap((it: unknown) => textAt(it, "image"));
  // Volumes of an image, Kubernetes 1.31.
  if (key === "volumes" && Array.isArray(child))
    return child.flatMap((it: unknown) => (isRecord(it) ? textAt(it["image"], "reference") : []));
  return [];
}

/** The Jobs that run Helm for InstallPlans, and the console's terminals: their image stands in ks-core's configuration only. */
function ofKubeSphere({ kind, data }: K8s): string[] | YamlError {
  const text = kind === "ConfigMap" && isRecord(data) ? data["kubesphere.yaml"] : undefined;
  if (typeof text !== "string") return [];
  const config = firstDocument(text);
  if (config instanceof YamlError) return config;
  if (!isRecord(config)) return [];
  const terminal = isRecord(config["terminal"]) ? config["terminal"] : {};
  return [config["helmExecutor"], terminal["kubectl"], terminal["node"]].flatMap((it) => textAt(it, "image"));
}

function firstDocument(text: string): unknown {
  try {
    return readYaml(text)[0];
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textAt = (value: unknown, key: string): string[] => {
  const text = isRecord(value) ? value[key] : undefined;
  return typeof text === "string" && text !== "" ? [text] : [];
};

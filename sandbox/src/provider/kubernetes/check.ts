import { createHash } from "node:crypto";
import { parseUrn, type CheckFailure } from "../provider.js";
import { hasUnknown, isObject, reveal, Secret, Unknown, UNKNOWN, without, type Properties, type Value } from "../values.js";
import { asServerSpells } from "./crdSpelling.js";
import { isPatch } from "./patches.js";

/** The annotation of objects whose name the provider drew. */
export const AUTONAMED = "pulumi.com/autonamed";

/** `kubernetes:core/v1:ConfigMap` → `{ apiVersion: "v1", kind: "ConfigMap" }` */
export function kindOf(urn: string): { apiVersion: string; kind: string } {
  const [, version = "", kind = ""] = parseUrn(urn).type.split(":");
  return { apiVersion: version.replace(/^core\//, ""), kind };
}

const asObject = (value: Value | undefined): Properties => {
  const shown = value instanceof Secret ? value.value : value;
  return isObject(shown) ? shown : {};
};

/** Eight hex digits of the engine's seed, so that a plan and its `up` agree; the seed is empty only in older engines. */
const suffix = (seed: Buffer): string => createHash("sha256").update(seed).digest("hex").slice(0, 8);

function withName(urn: string, seed: Buffer, olds: Properties, news: Properties): Properties {
  const metadata = asObject(news["metadata"]);
  if (metadata["name"] !== undefined || news["metadata"] instanceof Unknown) return news;
  if (isPatch(urn, String(news["kind"]))) throw new Error("patch resources require the `.metadata.name` field to be set");
  const { name } = parseUrn(urn);
  const old = asObject(olds["metadata"]);
  const wasNamed = asObject(old["annotations"])[AUTONAMED] === "true" && old["name"] !== undefined;
  const drawn = wasNamed ? (old["name"] as Value) : `${name.toLowerCase()}-${suffix(seed)}`;
  const annotations = { ...asObject(metadata["annotations"]), [AUTONAMED]: "true" };
  return { ...news, metadata: { ...metadata, name: drawn, annotations } };
}

/** The API server folds `stringData` into `data`; doing it here keeps differences and state to one form. */
function withoutStringData(news: Properties): Properties {
  if (news["stringData"] === undefined) return news;
  const rest = without(news, "stringData");
  const shown = reveal(news["stringData"]);
  if (shown instanceof Unknown) return { ...rest, data: new Secret(UNKNOWN) };
  const encoded = Object.entries(asObject(shown)).map(([key, value]) => [
    key,
    value instanceof Unknown ? value : Buffer.from(String(value)).toString("base64"),
  ]);
  return { ...rest, data: new Secret({ ...asObject(reveal(news["data"] ?? {})), ...Object.fromEntries(encoded) }) };
}

/** Kinds that the official provider awaits in ways of their own. */
export const AWAITED = [
  "v1/PersistentVolumeClaim",
  "v1/Pod",
  "v1/Service",
  "apps/v1/DaemonSet",
  "apps/v1/StatefulSet",
  "networking.k8s.io/v1/Ingress",
];

function refusal(urn: string, inputs: Properties): CheckFailure | undefined {
  const { kind } = kindOf(urn);
  const metadata = asObject(inputs["metadata"]);
  if ((inputs["kind"] !== kind && !isPatch(urn, String(inputs["kind"]))) || kind.endsWith("List")) {
    return { property: "kind", reason: `the sandbox's stand-in provider has no ${kind} resources; the official provider has` };
  }
  if (metadata["generateName"] !== undefined) {
    return {
      property: "metadata.generateName",
      reason: "the sandbox's stand-in provider draws no names by generateName; set metadata.name",
    };
  }
  const annotations = asObject(metadata["annotations"]);
  const isSettled = annotations["pulumi.com/skipAwait"] === "true" || annotations["pulumi.com/waitFor"] !== undefined;
  if (AWAITED.includes(`${String(inputs["apiVersion"])}/${String(inputs["kind"])}`) && !isSettled) {
    const reason = `the sandbox's stand-in provider cannot tell when a ${kind} is ready; annotate it with pulumi.com/waitFor or pulumi.com/skipAwait`;
    return { property: "metadata.annotations", reason };
  }
  return undefined;
}

/**
 * An object's inputs as they are sent and kept: kind, name and namespace filled in, `stringData` folded into `data`.
 *
 * @param namespace where an object without a namespace goes; `undefined` for a kind without namespaces
 */
export async function checkObject(
  { urn, seed }: { urn: string; seed: Buffer },
  olds: Properties,
  given: Properties,
  namespace: (apiVersion: string, kind: string) => Promise<string | undefined>,
): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
  const typed = without({ ...kindOf(urn), ...given }, "status");
  const named = withName(urn, seed, olds, withoutStringData(asServerSpells(typed)));
  const failure = refusal(urn, named);
  const metadata = asObject(named["metadata"]);
  const isPlaced = metadata["namespace"] !== undefined || hasUnknown(named["metadata"] ?? {}) || failure;
  const place = isPlaced ? undefined : await namespace(String(named["apiVersion"]), String(named["kind"]));
  const inputs = place === undefined ? named : { ...named, metadata: { ...metadata, namespace: place } };
  return { inputs, failures: failure ? [failure] : [] };
}

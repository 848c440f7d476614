/** Server-side apply: one request that creates or changes an object, and remembers whose fields are whose. */
import type { Client, KubeObject } from "./client.js";

const APPLY = "application/apply-patch+yaml";

export interface Application {
  readonly manager: string;
  /** Takes over what other managers own; else that is a conflict. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** @param path of the object itself @throws {ApiError} with the reason `Conflict`, unless forced */
export function apply(client: Client, path: string, object: KubeObject, { manager, force, dryRun }: Application): Promise<KubeObject> {
  const query = { fieldManager: manager, force: String(force), ...(dryRun && { dryRun: "All" }) };
  return client.request("PATCH", path, { body: object, query, contentType: APPLY });
}

/**
 * `manager` gives up all of its fields; those that nobody else has go back to their defaults, or away.
 * @throws {ApiError} when a field would go that the kind requires
 */
export async function relinquish(client: Client, path: string, { apiVersion, kind, metadata }: KubeObject, manager: string): Promise<void> {
  const { name, namespace } = metadata;
  const bare = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
  await apply(client, path, bare, { manager, force: false, dryRun: false });
}

/** Annotation, else the provider's setting. */
export const isForced = ({ metadata }: KubeObject, bySetting: boolean): boolean =>
  bySetting || metadata.annotations?.["pulumi.com/patchForce"] === "true";

/** Update of one Kubernetes object of any kind. */
import { PartialFailure, type Options, type Resource } from "../provider.js";
import { hasUnknown, type Properties } from "../values.js";
import { apply, isForced, relinquish } from "./apply.js";
import type { Client, KubeObject } from "./client.js";
import { ApiError, conflictText, isForbidden, NoSuchKind, textOf, Unreachable } from "./errors.js";
import { conflictsWithOwnCreate, takeOver } from "./managedFields.js";
import { asObject, settle, type Context } from "./objects.js";
import { isPatch } from "./patches.js";
import { memoryOf, outputsOf, previewOf } from "./state.js";

const ADOPT_ATTEMPTS = 10;

export async function updateObject(context: Context, old: Resource, inputs: Properties, options: Options): Promise<Properties> {
  if (hasUnknown(inputs)) return inputs;
  const { client } = context;
  const object = asObject(inputs);
  const memory = memoryOf(old.outputs, object);
  const subject = `the Kubernetes API server reported that "${old.id}" failed`;
  try {
    const path = await pathOf(client, object);
    const written = await write(context, old.urn, path, object, memory.manager, options.preview);
    if (options.preview) return previewOf(inputs, written);
    const settled = await settle(context, inputs, written, memory, options, subject);
    const former = old.outputs["__fieldManager"];
    if (typeof former === "string" && former !== memory.manager) await relinquish(client, path, object, former);
    return outputsOf(inputs, settled, memory);
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    // A dry run needs the rights of the change itself; `up` may have them.
    if (options.preview && (error instanceof Unreachable || error instanceof NoSuchKind || isForbidden(error))) return inputs;
    if (error instanceof Unreachable) throw new Error(`configured Kubernetes cluster is unreachable: ${error.message}`);
    if (error instanceof NoSuchKind) {
      throw new Error(
        `update of resource "${old.urn}" failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
      );
    }
    const text = conflictText(error, memory.manager);
    const live = await pathOf(client, object)
      .then((path) => client.request("GET", path))
      .catch((gone: unknown) => {
        throw new Error(`update of resource "${old.urn}" failed: ${text}\nunable to get cluster state: ${textOf(gone)}`);
      });
    throw new PartialFailure(old.id, inputs, outputsOf(inputs, live, memory), [`${subject} to fully initialize or become live: ${text}`]);
  }
}

const pathOf = async (client: Client, { apiVersion, kind, metadata }: KubeObject): Promise<string> =>
  `${(await client.kind(apiVersion, kind)).path(metadata.namespace)}/${metadata.name}`;

async function write({ client, force }: Context, urn: string, path: string, object: KubeObject, manager: string, dryRun: boolean) {
  const current = await client.request("GET", path);
  if (object.kind === "CustomResourceDefinition") return replace(client, path, object, current, manager, dryRun);
  // A patch has nothing to do with the fields that others wrote.
  const live = dryRun || isPatch(urn, object.kind) ? current : await adopt(client, path, current, manager);
  const fields = live.metadata.managedFields ?? [];
  const isFree = fields.length === 0 || (dryRun && conflictsWithOwnCreate(fields));
  return apply(client, path, object, { manager, force: isFree || isForced(object, force), dryRun });
}

/** A CRD is replaced whole: an apply would keep versions and fields that the program dropped. */
function replace(client: Client, path: string, object: KubeObject, { metadata }: KubeObject, manager: string, dryRun: boolean) {
  const body = { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion } };
  return client.request("PUT", path, { body, query: { fieldManager: manager, ...(dryRun && { dryRun: "All" }) } });
}

/** The object, once `manager` owns what it must; controllers may write in between, so more than one attempt may be needed. */
async function adopt(client: Client, path: string, current: KubeObject, manager: string): Promise<KubeObject> {
  let live = current;
  for (let attempt = 1; ; attempt++) {
    const taken = takeOver(live.metadata.managedFields ?? [], manager);
    if (!taken) return live;
    const body = [
      { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
      { op: "replace", path: "/metadata/managedFields", value: taken },
    ];
    try {
      return await client.request("PATCH", path, { body, contentType: "application/json-patch+json" });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "Conflict" || attempt === ADOPT_ATTEMPTS) throw error;
    }
    live = await client.request("GET", path);
  }
}

/** Create of one Kubernetes object of any kind. */
import { setTimeout as sleep } from "node:timers/promises";
import { PartialFailure, type Options } from "../provider.js";
import { hasUnknown, type Properties } from "../values.js";
import { apply, isForced } from "./apply.js";
import type { KubeObject } from "./client.js";
import { ApiError, createError, NoSuchKind, Unreachable } from "./errors.js";
import { CREATE_MANAGER } from "./managedFields.js";
import { asObject, settle, type Context } from "./objects.js";
import { isPatch } from "./patches.js";
import { idOf, memoryOf, outputsOf, previewOf } from "./state.js";

/** Waits between attempts while a kind or a namespace is missing, about a minute in all: what makes it may run beside us. */
const RETRY_SECONDS = [1, 2, 4, 8, 16, 32];

/** What preview passes over, as the official provider does: `up` may find it mended. */
function isLaterMatter(error: unknown): boolean {
  return error instanceof NoSuchKind || error instanceof Unreachable || (error instanceof ApiError && [403, 404, 409].includes(error.code));
}

export async function createObject(
  context: Context,
  urn: string,
  inputs: Properties,
  options: Options,
): Promise<{ id: string; outputs: Properties }> {
  if (hasUnknown(inputs)) return { id: "", outputs: inputs };
  const object = asObject(inputs);
  const memory = memoryOf({}, object);
  const isPatched = isPatch(urn, object.kind);
  if (isPatched && options.preview) return { id: "", outputs: inputs };
  const post: Post = (dryRun) => create(context, object, memory.manager, isPatched || context.upsert, dryRun);
  let created: KubeObject;
  try {
    created = await (options.preview ? post(true) : whenPossible(context, post));
  } catch (error) {
    if (options.preview && isLaterMatter(error)) return { id: "", outputs: inputs };
    throw createError(urn, error, memory.manager);
  }
  if (options.preview) return { id: "", outputs: previewOf(inputs, created) };
  const subject = `resource "${urn}" was successfully created, but the Kubernetes API server reported that it failed`;
  const live = await settle(context, inputs, created, memory, options, subject).catch((error: unknown) => {
    throw error instanceof PartialFailure ? error : createError(urn, error, memory.manager);
  });
  return { id: idOf(live), outputs: outputsOf(inputs, live, memory) };
}

type Post = (dryRun: boolean) => Promise<KubeObject>;

/** @param mayExist the object may be there already, and then gets these fields too */
async function create({ client, force }: Context, object: KubeObject, manager: string, mayExist: boolean, dryRun: boolean) {
  const path = (await client.kind(object.apiVersion, object.kind)).path(object.metadata.namespace);
  if (mayExist) {
    // A preview cannot know what goes before `up`.
    return apply(client, `${path}/${object.metadata.name}`, object, { manager, force: dryRun || isForced(object, force), dryRun });
  }
  const query = { fieldManager: CREATE_MANAGER, ...(dryRun && { dryRun: "All" }) };
  return client.request("POST", path, { body: object, query });
}

/** A namespace, or the collection itself just after its CRD was established. */
const isWhereMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 404 && (error.kind === "namespaces" || error.kind === undefined);

async function whenPossible({ signal }: Context, post: Post): Promise<KubeObject> {
  for (const seconds of RETRY_SECONDS) {
    try {
      return await post(false);
    } catch (error) {
      if (!(error instanceof NoSuchKind) && !isWhereMissing(error)) throw error;
      await sleep(seconds * 1000, undefined, { signal });
    }
  }
  return post(false);
}

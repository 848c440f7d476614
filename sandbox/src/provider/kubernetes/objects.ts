/** Create, read, update and delete of one Kubernetes object of any kind. */
import { setTimeout as sleep } from "node:timers/promises";
import { PartialFailure, type Options, type Resource } from "../provider.js";
import { hasUnknown, revealAll, type Properties } from "../values.js";
import { NotReady, readinessOf, untilGone, untilReady } from "./await.js";
import { kindOf } from "./check.js";
import type { Client, KubeObject } from "./client.js";
import { ApiError, conflictText, createError, isNotFound, NoSuchKind, textOf, Unreachable } from "./errors.js";
import { conflictsWithOwnCreate, CREATE_MANAGER, takeOver } from "./managedFields.js";
import { idOf, importedInputs, memoryOf, outputsOf, previewOf, refreshedInputs, type Memory } from "./state.js";

export interface Context {
  readonly client: Client;
  /** Creates may take over objects that are there already. */
  readonly upsert: boolean;
  /** Updates win every conflict, unless the object itself says otherwise. */
  readonly force: boolean;
  /** Ends all waits. */
  readonly signal: AbortSignal;
  warn(urn: string, message: string): Promise<void>;
}

/** Waits between attempts while a kind or a namespace is missing, about a minute in all: what makes it may run beside us. */
const RETRY_SECONDS = [1, 2, 4, 8, 16, 32];
const DEFAULT_TIMEOUT_SECONDS = 600;
const ADOPT_ATTEMPTS = 10;
const APPLY = "application/apply-patch+yaml";

const timeoutMs = ({ timeoutSeconds }: Options): number => (timeoutSeconds || DEFAULT_TIMEOUT_SECONDS) * 1000;
const isForced = (object: KubeObject, bySetting: boolean): boolean =>
  (object.metadata.annotations?.["pulumi.com/patchForce"] ?? String(bySetting)) === "true";
const asObject = (inputs: Properties): KubeObject => revealAll(inputs) as unknown as KubeObject;

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
  const memory = memoryOf({}, object.apiVersion);
  let created: KubeObject;
  try {
    created = await (options.preview ? post(context, object, memory, true) : postWhenPossible(context, object, memory));
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

async function post({ client, upsert, force }: Context, object: KubeObject, { manager }: Memory, dryRun: boolean): Promise<KubeObject> {
  const kind = await client.kind(object.apiVersion, object.kind);
  const path = kind.path(object.metadata.namespace);
  const dry: Record<string, string> = dryRun ? { dryRun: "All" } : {};
  if (!upsert) return client.request("POST", path, { body: object, query: { ...dry, fieldManager: CREATE_MANAGER } });
  const query = { ...dry, fieldManager: manager, force: String(isForced(object, force)) };
  return client.request("PATCH", `${path}/${object.metadata.name}`, { body: object, query, contentType: APPLY });
}

/** A namespace, or the collection itself just after its CRD was established. */
const isWhereMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 404 && (error.kind === "namespaces" || error.kind === undefined);

async function postWhenPossible(context: Context, object: KubeObject, memory: Memory): Promise<KubeObject> {
  for (const seconds of RETRY_SECONDS) {
    try {
      return await post(context, object, memory, false);
    } catch (error) {
      if (!(error instanceof NoSuchKind) && !isWhereMissing(error)) throw error;
      await sleep(seconds * 1000, undefined, { signal: context.signal });
    }
  }
  return post(context, object, memory, false);
}

/** Waits until the object is ready. @throws {PartialFailure} `subject` says of whom, when it does not become so */
async function settle(
  context: Context,
  inputs: Properties,
  from: KubeObject,
  memory: Memory,
  options: Options,
  subject: string,
): Promise<KubeObject> {
  const readiness = readinessOf(from);
  if (!readiness) return from;
  const { client, signal } = context;
  const path = (await client.kind(from.apiVersion, from.kind)).path(from.metadata.namespace);
  try {
    return await untilReady({ client, path, from, timeoutMs: timeoutMs(options), signal }, readiness);
  } catch (error) {
    const { reasons, last } = error instanceof NotReady ? error : { reasons: [textOf(error)], last: from };
    const [first = "", ...rest] = reasons;
    throw new PartialFailure(idOf(last), inputs, outputsOf(inputs, last, memory), [
      `${subject} to fully initialize or become live: ${first}`,
      ...rest,
    ]);
  }
}

/** The object, once `manager` owns what it must; controllers may write in between, so more than one attempt may be needed. */
async function adopt(client: Client, path: string, manager: string): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    const live = await client.request("GET", path);
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
  }
}

export async function updateObject(context: Context, old: Resource, inputs: Properties, options: Options): Promise<Properties> {
  if (hasUnknown(inputs)) return inputs;
  const { client } = context;
  const object = asObject(inputs);
  const memory = memoryOf(old.outputs, object.apiVersion);
  const { manager } = memory;
  let live: KubeObject | undefined;
  const subject = `the Kubernetes API server reported that "${old.id}" failed`;
  try {
    const path = `${(await client.kind(object.apiVersion, object.kind)).path(object.metadata.namespace)}/${object.metadata.name}`;
    const current = await (options.preview ? client.request("GET", path) : adopt(client, path, manager));
    live = current;
    const force = isForced(object, context.force) || (options.preview && conflictsWithOwnCreate(current.metadata.managedFields ?? []));
    const query = { fieldManager: manager, force: String(force), ...(options.preview && { dryRun: "All" }) };
    const applied = await client.request("PATCH", path, { body: object, query, contentType: APPLY });
    if (options.preview) return previewOf(inputs, applied);
    const settled = await settle(context, inputs, applied, memory, options, subject);
    return outputsOf(inputs, settled, memory);
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    if (options.preview && (error instanceof Unreachable || error instanceof NoSuchKind)) return inputs;
    if (error instanceof Unreachable) throw new Error(`configured Kubernetes cluster is unreachable: ${error.message}`);
    if (!live) {
      const gone = isNotFound(error) ? `\nunable to get cluster state: ${textOf(error)}` : "";
      throw new Error(`update of resource "${old.urn}" failed: ${textOf(error)}${gone}`);
    }
    const reason = `${subject} to fully initialize or become live: ${conflictText(error, manager)}`;
    throw new PartialFailure(old.id, inputs, outputsOf(inputs, live, memory), [reason]);
  }
}

async function find(
  { client }: Context,
  { urn, id, inputs }: Pick<Resource, "urn" | "id" | "inputs">,
): Promise<{ live: KubeObject; path: string } | undefined> {
  const { apiVersion, kind } = "kind" in inputs ? asObject(inputs) : kindOf(urn);
  const [name = "", namespace] = id.split("/").reverse();
  try {
    const found = await client.kind(apiVersion, kind);
    const path = found.path(namespace ?? (found.namespaced ? client.defaultNamespace : undefined));
    return { path, live: await client.request("GET", `${path}/${name}`) };
  } catch (error) {
    if (isNotFound(error) || error instanceof NoSuchKind) return undefined;
    throw error;
  }
}

export async function readObject(
  context: Context,
  old: Resource,
): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined> {
  const found = await find(context, old);
  if (!found) return undefined;
  const { live } = found;
  const inputs = "kind" in old.inputs ? refreshedInputs(old.inputs, live) : importedInputs(live);
  return { id: idOf(live), inputs, outputs: outputsOf(inputs, live, memoryOf(old.outputs, live.apiVersion)) };
}

/** Deletes the object and waits until it is gone, finalizers and all. */
export async function deleteObject(context: Context, old: Resource, options: Options): Promise<void> {
  const { client, signal } = context;
  const found = await find(context, { ...old, inputs: "kind" in old.inputs ? old.inputs : old.outputs });
  if (!found) return;
  const { path, live } = found;
  const annotations = asObject(old.outputs).metadata.annotations ?? {};
  const propagationPolicy = capitalized(annotations["pulumi.com/deletionPropagationPolicy"] ?? "foreground");
  try {
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    await client.request("DELETE", `${path}/${live.metadata.name}`, { body });
    if (annotations["pulumi.com/skipAwait"] === "true") return;
    await untilGone({ client, path, from: live, timeoutMs: timeoutMs(options), signal });
  } catch (error) {
    if (isNotFound(error)) return;
    if (error instanceof NotReady) {
      await context.warn(old.urn, `finalizers might be preventing deletion (${(error.last.metadata.finalizers ?? []).join(", ")})`);
    }
    throw error;
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

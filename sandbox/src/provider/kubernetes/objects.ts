/** One Kubernetes object of any kind: what its operations share, and its read and delete. */
import { PartialFailure, type Options, type Resource } from "../provider.js";
import { revealAll, type Properties } from "../values.js";
import { relinquish } from "./apply.js";
import { NotReady, untilGone, untilReady } from "./await.js";
import { kindOf } from "./check.js";
import type { Client, KubeObject } from "./client.js";
import { ApiError, isNotFound, NoSuchKind, textOf } from "./errors.js";
import { isPatch } from "./patches.js";
import { brokenAtRefresh, isDeletionAwaited, readinessOf, timeoutOf } from "./readiness.js";
import { idOf, importedInputs, lastInputs, memoryOf, outputsOf, refreshedInputs, type Memory } from "./state.js";

export interface Context {
  readonly client: Client;
  /** Creates may take over objects that are there already. */
  readonly upsert: boolean;
  /** Applies take over what other managers own. */
  readonly force: boolean;
  /** Ends all waits. */
  readonly signal: AbortSignal;
  warn(urn: string, message: string): Promise<void>;
}

export const asObject = (inputs: Properties): KubeObject => revealAll(inputs) as unknown as KubeObject;

/** Waits until the object is ready. @throws {PartialFailure} `subject` says of whom, when it does not become so */
export async function settle(
  { client, signal }: Context,
  inputs: Properties,
  from: KubeObject,
  memory: Memory,
  { timeoutSeconds }: Options,
  subject: string,
): Promise<KubeObject> {
  const readiness = readinessOf(from);
  if (!readiness) return from;
  const path = (await client.kind(from.apiVersion, from.kind)).path(from.metadata.namespace);
  try {
    return await untilReady({ client, path, from, timeoutMs: timeoutOf(from, timeoutSeconds), signal }, readiness);
  } catch (error) {
    const { reasons, last } = error instanceof NotReady ? error : { reasons: [textOf(error)], last: from };
    const [first = "", ...rest] = reasons;
    throw new PartialFailure(idOf(last), inputs, outputsOf(inputs, last, memory), [
      `${subject} to fully initialize or become live: ${first}`,
      ...rest,
    ]);
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

/** @throws {PartialFailure} when it is there but not what it should be */
export async function readObject(
  context: Context,
  old: Resource,
): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined> {
  const found = await find(context, old);
  if (!found) return undefined;
  const { live } = found;
  const isKnown = "kind" in old.inputs;
  const inputs = isKnown ? refreshedInputs(old.inputs, live) : importedInputs(live);
  const outputs = outputsOf(inputs, live, memoryOf(old.outputs, isKnown ? asObject(old.inputs) : live));
  const broken = isKnown ? brokenAtRefresh(live) : undefined;
  if (broken) throw new PartialFailure(idOf(live), inputs, outputs, broken);
  return { id: idOf(live), inputs, outputs };
}

/** Deletes the object and waits until it is gone, finalizers and all; of a patch only its own fields go. */
export async function deleteObject(context: Context, old: Resource, options: Options): Promise<void> {
  const inputs = asObject(lastInputs(old));
  if (isPatch(old.urn, inputs.kind)) return deletePatch(context, old, inputs);
  const { client, signal } = context;
  const found = await find(context, { ...old, inputs: "kind" in old.inputs ? old.inputs : old.outputs });
  if (!found) return;
  const { path, live } = found;
  const propagationPolicy = capitalized(inputs.metadata.annotations?.["pulumi.com/deletionPropagationPolicy"] ?? "foreground");
  try {
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    await client.request("DELETE", `${path}/${live.metadata.name}`, { body });
    if (!isDeletionAwaited(inputs)) return;
    await untilGone({ client, path, from: live, timeoutMs: timeoutOf(inputs, options.timeoutSeconds), signal });
  } catch (error) {
    if (isNotFound(error)) return;
    if (error instanceof NotReady) {
      await context.warn(old.urn, `finalizers might be preventing deletion (${(error.last.metadata.finalizers ?? []).join(", ")})`);
    }
    throw error;
  }
}

async function deletePatch({ client }: Context, old: Resource, inputs: KubeObject): Promise<void> {
  const live = asObject(old.outputs);
  try {
    const path = (await client.kind(live.apiVersion, live.kind)).path(live.metadata.namespace);
    await relinquish(client, `${path}/${live.metadata.name}`, live, memoryOf(old.outputs, inputs).manager);
  } catch (error) {
    if (error instanceof NoSuchKind) return;
    const required = error instanceof ApiError ? error.causes.find(({ reason }) => reason === "FieldValueRequired") : undefined;
    if (!required) throw error;
    throw new Error(
      `this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the \`retainOnDelete\` resource option, or transfer ownership of the field before deleting: ${required.field ?? ""}`,
    );
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

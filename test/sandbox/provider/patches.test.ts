import type { Client } from "../../../sandbox/src/provider/kubernetes/client";
import { ApiError, type Cause } from "../../../sandbox/src/provider/kubernetes/errors";
import { deleteObject } from "../../../sandbox/src/provider/kubernetes/objects";
import { memoryOf } from "../../../sandbox/src/provider/kubernetes/state";

const inputs = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels: { ours: "1" } } };
const old = {
  urn: "urn:pulumi:s::p::kubernetes:core/v1:NamespacePatch::team",
  id: "team",
  inputs,
  outputs: { ...inputs, __inputs: inputs, __fieldManager: "pulumi-kubernetes-01234567" },
};

/** Deletes the patch on a server that answers with `error`, and tells what it was sent. */
async function deleted(error?: ApiError): Promise<unknown[]> {
  const sent: unknown[] = [];
  const client = {
    kind: async () => ({ namespaced: false, path: () => "/api/v1/namespaces" }),
    request: async (method: string, path: string, request: unknown) => {
      sent.push([method, path, request]);
      if (error) throw error;
      return {};
    },
  } as unknown as Client;
  const context = { client, upsert: false, force: true, signal: new AbortController().signal, warn: async () => undefined };
  await deleteObject(context, old, { timeoutSeconds: 0, preview: false });
  return sent;
}

test("the end of a patch gives up its fields, and never deletes the object or takes what others own", async () => {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } };
  const query = { fieldManager: "pulumi-kubernetes-01234567", force: "false" };
  expect(await deleted()).toEqual([["PATCH", "/api/v1/namespaces/team", { body, query, contentType: "application/apply-patch+yaml" }]]);
});

test("a patch whose field the kind requires says which, and the two ways out", async () => {
  const refused = (causes: Cause[]) => new ApiError(422, "Invalid", "spec.ports: Required value", "services", causes);
  await expect(deleted(refused([{ reason: "FieldValueRequired", field: "spec.ports" }]))).rejects.toThrow(
    /Either set the `retainOnDelete` resource option, or transfer ownership of the field before deleting: spec\.ports$/,
  );
  await expect(deleted(refused([]))).rejects.toThrow("spec.ports: Required value");
});

test("a patch may name its field manager, which then counts more than the one that was drawn", () => {
  const metadata = { name: "team", annotations: { "pulumi.com/patchFieldManager": "mine" } };
  expect(memoryOf(old.outputs, { apiVersion: "v1", metadata }).manager).toBe("mine");
});

import { mark, unmarked } from "../../cli/adopt/marks";
import type { ExportedState } from "../../cli/adopt/state";
import { nameOf, UnknownKind, type KubernetesObject, type StoredObject } from "../../cli/shared/cluster";
import { Failure } from "../../cli/shared/command";

const SYSTEM = "kubesphere-system";
const resource = (apiVersion: string, kind: string, id: string, type = `kubernetes:${apiVersion}:${kind}`) => ({
  urn: `urn::${kind}::${id}`,
  type,
  id,
  inputs: { apiVersion, kind, metadata: { name: id } },
});
const STATE: ExportedState = {
  deployment: {
    resources: [
      { urn: "urn::stack", type: "pulumi:pulumi:Stack" },
      { urn: "urn::provider", type: "pulumi:providers:kubernetes", id: "1", inputs: { kubeconfig: "" } },
      { urn: "urn::release", type: "kubernetes:helm.sh/v3:Release", id: `${SYSTEM}/ks-core`, inputs: { name: "ks-core" } },
      resource("v1", "Secret", `${SYSTEM}/oauthclient-test`),
      resource("kubesphere.io/v1alpha1", "Repository", "team"),
      resource("kubesphere.io/v1alpha1", "Repository", "gone"),
      resource("example.com/v1", "Unheard", "of"),
      resource("v1", "Namespace", SYSTEM),
    ],
  },
};
const BY_US = { managedFields: [{ manager: "pulumi-kubernetes-1a2b" }] };
const LIVE: Readonly<Record<string, Partial<StoredObject["metadata"]>>> = {
  [`Secret ${SYSTEM}/oauthclient-test`]: { managedFields: [{ manager: "kubectl" }] },
  "Repository team": { annotations: { "kubesphere-luban/adopted": "true" } },
  [`Namespace ${SYSTEM}`]: BY_US,
};
const cluster = {
  read: (object: KubernetesObject) => {
    if (object.kind === "Unheard") return Promise.reject(new UnknownKind("no such kind"));
    const more = LIVE[nameOf(object)];
    return Promise.resolve(more && { ...object, metadata: { ...object.metadata, ...more } });
  },
};

test("what a stack has and somebody has made anew is found, so that an adoption ends what runs tell of it; releases are Helm's to know", async () => {
  expect((await unmarked(cluster, STATE)).map(nameOf)).toEqual([`Secret ${SYSTEM}/oauthclient-test`]);
});

test("each is marked by an annotation and nothing else; a refusal is told and takes nothing back", async () => {
  const marked: unknown[] = [];
  const annotate = (object: KubernetesObject, annotations: object) => {
    if (object.metadata.name === "no") return Promise.reject(new Failure("forbidden"));
    marked.push([nameOf(object), annotations]);
    return Promise.resolve();
  };
  const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  expect(await mark({ annotate }, [namespace("yes"), namespace("no")])).toEqual(["Namespace no: forbidden"]);
  expect(marked).toEqual([["Namespace yes", { "kubesphere-luban/adopted": "true" }]]);
});

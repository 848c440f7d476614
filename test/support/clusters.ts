/** Cluster objects of a host, in the form that was recorded of KubeSphere 4.1.2. */
import { wantedConfigHash } from "../../kubesphere/member/storedCluster";
import type { HostCluster, MemberAnswer, SeenMember } from "../../cli/shared/members";

const base = { apiVersion: "cluster.kubesphere.io/v1alpha1", kind: "Cluster" };
const look = (type: string, status: string, time: string, message = "Cluster is available now") => ({
  ...{ type, status, reason: type, message, lastUpdateTime: time, lastTransitionTime: time },
});

export const HOST: HostCluster = {
  ...base,
  metadata: { name: "host", labels: { "cluster-role.kubesphere.io/host": "" } },
  status: { uid: "uid-host", kubeSphereVersion: "v4.1.3", nodeCount: 3, conditions: [look("Ready", "True", "2026-01-01T00:00:00Z")] },
};

/** @param time when the host looked at it */
export const joined = (name: string, time: string, more: { metadata?: object; status?: object; spec?: object } = {}): HostCluster => {
  const spec = { connection: { kubeconfig: Buffer.from("never-shown").toString("base64") }, ...more.spec };
  return {
    ...base,
    metadata: {
      name,
      creationTimestamp: "2025-12-01T00:00:00Z",
      annotations: { "kubesphere.io/config-hash": wantedConfigHash({ metadata: { name }, spec }) },
      ...more.metadata,
    },
    spec,
    status: {
      ...{ uid: `uid-${name}`, kubeSphereVersion: "v4.1.3", kubernetesVersion: "v1.37.2", nodeCount: 2 },
      conditions: [look("KSCoreReady", "True", "2025-12-01T00:00:20Z"), look("Ready", "True", time)],
      ...more.status,
    },
  };
};

export const notReady = (time: string, message: string) => ({ conditions: [look("Ready", "False", time, message)] });

/** @param host what the member says of its host */
export const answering = (name: string, host = "host", more: object = {}): MemberAnswer => ({
  uid: `uid-${name}`,
  system: { annotations: { "cluster.kubesphere.io/name": name, "cluster.kubesphere.io/host-cluster": host } },
  agent: { ready: 1, wanted: 1 },
  ...more,
});

export const seen = (object: HostCluster, answer: MemberAnswer = answering(object.metadata.name)): SeenMember => ({ object, answer });

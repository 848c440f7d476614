import * as pulumi from "@pulumi/pulumi";
import { Extension, MemberCluster } from "kubesphere-luban";

/** `pulumi config set --path members[0].name lyon`, and so on; a kubeconfig is a path, or a secret with the contents. */
interface Member {
  readonly name: string;
  readonly region: string;
  readonly kubeconfig: string;
}
const config = new pulumi.Config();
const members = config.requireObject<readonly Member[]>("members");

const joined: MemberCluster[] = [];
for (const { name, region, kubeconfig } of members) {
  const args = { clusterName: name, kubeconfig, labels: { region }, kubesphereVersion: config.require("kubesphereVersion") };
  // On a fresh host the first one restarts KubeSphere's manager: the others come after it.
  joined.push(new MemberCluster(name, args, { dependsOn: joined.slice(0, 1) }));
}

// With installationMode: Multicluster in its extension.yaml: its board runs on the host, its probe on the members in Europe.
const clusters = members.filter(({ region }) => region === "eu").map(({ name }) => name);
const probe = new Extension(
  "probe",
  { source: "./probe", install: { clusterScheduling: { placement: { clusters } } } },
  { dependsOn: joined },
);

export const { state } = probe;

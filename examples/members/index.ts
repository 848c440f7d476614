import { Provider } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Platform } from "kubesphere-luban";

const config = new pulumi.Config();
const settings = { enablePatchForce: true, enableConfigMapMutable: true, enableSecretMutable: true };
const provider = new Provider("host", { kubeconfig: config.requireSecret("hostKubeconfig"), clusterIdentifier: "host", ...settings });

/** Paths, since a platform takes plain values; a `MemberCluster` beside it takes outputs, such as the kubeconfig of a cluster of this program. */
const platform = new Platform(
  "kubesphere",
  {
    access: { domain: "ks.example.com" },
    memberClusters: [
      { name: "lyon", kubeconfig: "./lyon.yaml", displayName: "Lyon", labels: { region: "eu" } },
      { name: "austin", kubeconfig: "./austin.yaml", displayName: "Austin", labels: { region: "us" }, provider: "own machines" },
    ],
    extensions: [
      {
        // With installationMode: Multicluster in its extension.yaml.
        source: "./probe",
        install: { clusterScheduling: { placement: { clusterSelector: { matchLabels: { region: "eu" } } } } },
      },
    ],
  },
  { providers: [provider] },
);

export const { consoleUrl } = platform;

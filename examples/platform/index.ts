import { Provider } from "@pulumi/kubernetes";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { ExtensionRepository, Platform } from "kubesphere-luban";

const config = new pulumi.Config();

/** The cluster of $KUBECONFIG. Without an identifier a new address of it would replace everything. */
const provider = new Provider("cluster", {
  clusterIdentifier: "example",
  enablePatchForce: true,
  enableConfigMapMutable: true,
  enableSecretMutable: true,
});

/** ingress-nginx, ks-core and an extension. */
const platform = new Platform(
  "kubesphere",
  { access: { domain: config.require("domain") }, extensions: [{ source: "../extension/shop" }] },
  { providers: [provider] },
);

/** Beside it, whatever else the cluster has. */
new Namespace("team", { metadata: { name: "team" } }, { provider });
const repository = { name: "ours", url: "https://charts.example.com", kubesphereVersion: "4.1.2" };
new ExtensionRepository("ours", repository, { provider, dependsOn: platform });

export const { consoleUrl, extensions } = platform;

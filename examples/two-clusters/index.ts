import { Provider } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Platform, type PlatformArgs } from "kubesphere-luban";

const config = new pulumi.Config();

/** Each on its own cluster: what they declare is called after them. */
const platformOn = (name: string, args: PlatformArgs) => {
  const settings = { enablePatchForce: true, enableConfigMapMutable: true, enableSecretMutable: true };
  const provider = new Provider(name, { kubeconfig: config.requireSecret(`${name}Kubeconfig`), clusterIdentifier: name, ...settings });
  return new Platform(name, args, { providers: [provider] });
};

const shop = { source: "../extension/shop" };
const east = platformOn("east", { access: { domain: "east.example.com" }, extensions: [shop] });
const west = platformOn("west", { access: { domain: "west.example.com" }, extensions: [shop] });

export const consoles = [east.consoleUrl, west.consoleUrl];

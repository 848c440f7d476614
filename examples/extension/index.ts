import { Provider } from "@pulumi/kubernetes";
import { Extension } from "kubesphere-luban";

/** The cluster of $KUBECONFIG, which has KubeSphere. Whoever has edited what is declared, what is declared counts. */
const provider = new Provider("cluster", { enablePatchForce: true, enableConfigMapMutable: true, enableSecretMutable: true });

/** A Helm chart in a folder: packaged, published, installed. */
const shop = new Extension("shop", { source: "./shop", install: { config: { shop: { greeting: "good morning" } } } }, { provider });

/** `Installed`, once KubeSphere is done. */
export const state = shop.state;

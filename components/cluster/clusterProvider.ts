import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/settings";

/** A stack's one provider. It renders extensions' charts, too. */
export function clusterProvider({ kubeconfig, context, identifier }: Settings["cluster"]): Provider {
  return new Provider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig: pulumi.secret(kubeconfig) }),
    ...(context !== undefined && { context }),
    // Without it a new address of the same cluster would replace everything.
    clusterIdentifier: identifier,
    // A replaced ConfigMap or Secret is gone for a moment; an updated one never is.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // Whoever has edited it, be it the console, a tool or a hand: what is declared counts, and no run ends in a conflict.
    enablePatchForce: true,
  });
}

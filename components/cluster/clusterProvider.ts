import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/settings";

/** The only provider of a stack. It renders extensions' charts, too. */
export function clusterProvider({ kubeconfig, context, identifier }: Settings["cluster"]): Provider {
  return new Provider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig: pulumi.secret(kubeconfig) }),
    ...(context !== undefined && { context }),
    // Without it, a new address of the same cluster would replace all resources.
    clusterIdentifier: identifier,
    // A replaced ConfigMap or Secret is missing for a moment; an updated one is not.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // The declared value wins over edits by the console, a tool or a person, and no run ends in a conflict.
    enablePatchForce: true,
  });
}

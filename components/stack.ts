/** What a stack declares: the one provider, and the platform on it. */
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Platform, type PlatformWaits } from "./platform";
import type { Settings } from "./settings";
import type { Sources } from "./sources";

/** The one provider. It renders extensions' charts, too, and so comes before all that is made of them. */
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

/** @returns the stack's outputs */
export function declareStack(settings: Settings, sources: Sources, waits: PlatformWaits, provider: Provider) {
  const { consoleUrl, issuer, discoveryUrl, extensions, oauthClients } = new Platform("kubesphere", settings, sources, waits, {
    providers: [provider],
  });
  return { consoleUrl, issuer, discoveryUrl, extensions, oauthClients };
}

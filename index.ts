import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "./components/config";
import { Platform } from "./components/platform";
import { loadSources } from "./components/sources";
import { ConfigurationError } from "./kubesphere/errors";

/** A mistake of the user's is told as one line, without a stack trace; any other error keeps its own. */
const mistake = (error: unknown): never => {
  throw error instanceof ConfigurationError ? new pulumi.RunError(error.message) : error;
};

/** Configuration → sources → provider → platform → outputs. Nothing is declared before all of it is checked. */
export = async () => {
  const settings = readSettings();
  const sources = await loadSources(settings).catch(mistake);
  const { kubeconfig, context, identifier = pulumi.getStack() } = settings.cluster;
  const cluster = new k8s.Provider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig: pulumi.secret(kubeconfig) }),
    ...(context !== undefined && { context }),
    // Without it a new address of the same cluster would replace everything.
    clusterIdentifier: identifier,
    // A replaced ConfigMap or Secret is gone for a moment; an updated one never is.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  const { consoleUrl, issuer, discoveryUrl, extensions, oauthClients } = new Platform("kubesphere", settings, sources, {
    providers: [cluster],
  });
  return { consoleUrl, issuer, discoveryUrl, extensions, oauthClients };
};

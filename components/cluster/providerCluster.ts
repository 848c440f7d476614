/** The cluster that a component's resources go to, as the component asks it by itself: a provider hands out no connection. */
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { CrdCluster } from "../../kubesphere/extension/crdChanges";
import type { StayingCluster } from "../../kubesphere/extension/stayingCrds";
import { accessCluster } from "./clusterAccess";

export type AskedCluster = ClusterAccess & CrdCluster & StayingCluster;

/** The Kubernetes provider that a component's children get; undefined: the default one. */
export const kubernetesProvider = ({
  provider,
  providers = [],
  parent,
}: pulumi.ComponentResourceOptions): pulumi.ProviderResource | undefined =>
  [provider, ...(Array.isArray(providers) ? providers : Object.values(providers))].find(Provider.isInstance) ??
  parent?.getProvider("kubernetes:core/v1:Namespace");

/**
 * By the provider's own `kubeconfig` and `context`; of the default provider, as that one finds them: its configuration
 * (`kubernetes:kubeconfig`), else `$KUBECONFIG`, else `~/.kube/config`.
 * @returns undefined in a preview in which the cluster is yet to be made
 * @throws ConfigurationError where there is no such kubeconfig or context
 */
export async function providerCluster(provider: pulumi.ProviderResource | undefined): Promise<AskedCluster | undefined> {
  // A provider's settings are outputs of it, though its type names none.
  const given = (provider ?? defaults()) as { readonly kubeconfig?: pulumi.Input<string>; readonly context?: pulumi.Input<string> };
  const settings = await Promise.all([stated(given.kubeconfig), stated(given.context)]);
  const [kubeconfig, context] = settings.map((it) => it?.value);
  return settings.includes(undefined) ? undefined : accessCluster({ kubeconfig, context });
}

function defaults() {
  const config = new pulumi.Config("kubernetes");
  const [kubeconfig, context] = [config.get("kubeconfig"), config.get("context")];
  return { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) };
}

/** What the SDK has of an output and does not type; one that is not known never calls anybody back. */
interface Own<T> {
  readonly isKnown: Promise<boolean>;
  promise(withUnknowns?: boolean): Promise<T>;
}

/** @returns undefined for what a preview does not know */
export async function known<T>(output: pulumi.Output<T>): Promise<{ readonly value: T } | undefined> {
  const own = output as unknown as Own<T>;
  return (await own.isKnown) ? { value: await own.promise() } : undefined;
}

/** The same of a provider's setting: to a preview those that nobody has given are not known either, and have nothing unknown in them. */
async function stated(setting: pulumi.Input<string> | undefined): Promise<{ readonly value: string | undefined } | undefined> {
  // Another output made of it would be unknown as a whole.
  const output: unknown = pulumi.Output.isInstance(setting) ? setting : pulumi.output(setting);
  const value = await (output as Own<string | undefined>).promise(true);
  return pulumi.containsUnknowns(value) ? undefined : { value };
}

/** Told, of a component that declares nothing yet in a preview. */
export function later(name: string, what: string): undefined {
  void pulumi.log.info(`${name}: ${what} is not there yet; what it brings shows once that is`);
  return undefined;
}

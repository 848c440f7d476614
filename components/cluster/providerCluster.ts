/** The component's own connection to the cluster of its resources: a provider does not offer its connection. */
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { CrdCluster } from "../../kubesphere/extension/crdChanges";
import type { StayingCluster } from "../../kubesphere/extension/stayingCrds";
import { accessCluster } from "./clusterAccess";

export type AskedCluster = ClusterAccess & CrdCluster & StayingCluster;

/** The Kubernetes provider of a component's children; undefined for the default provider. */
export const kubernetesProvider = ({
  provider,
  providers = [],
  parent,
}: pulumi.ComponentResourceOptions): pulumi.ProviderResource | undefined =>
  [provider, ...(Array.isArray(providers) ? providers : Object.values(providers))].find(Provider.isInstance) ??
  parent?.getProvider("kubernetes:core/v1:Namespace");

/**
 * Uses the provider's own `kubeconfig` and `context`. For the default provider these are its configuration
 * (`kubernetes:kubeconfig`), else `$KUBECONFIG`, else `~/.kube/config`.
 * @returns undefined in a preview if the cluster does not exist yet
 * @throws ConfigurationError if there is no such kubeconfig or context
 */
export async function providerCluster(provider: pulumi.ProviderResource | undefined): Promise<AskedCluster | undefined> {
  // A provider's settings are its outputs, although its type has none.
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

/** Members of an output that the SDK does not type. The callbacks of an unknown output never run. */
interface Own<T> {
  readonly isKnown: Promise<boolean>;
  promise(withUnknowns?: boolean): Promise<T>;
}

/** @returns undefined if a preview does not know the value */
export async function known<T>(output: pulumi.Output<T>): Promise<{ readonly value: T } | undefined> {
  const own = output as unknown as Own<T>;
  return (await own.isKnown) ? { value: await own.promise() } : undefined;
}

/** The same for a provider's setting. In a preview a setting that was not given is not known either, but contains nothing unknown. */
async function stated(setting: pulumi.Input<string> | undefined): Promise<{ readonly value: string | undefined } | undefined> {
  // An output that is made of it would be unknown as a whole.
  const output: unknown = pulumi.Output.isInstance(setting) ? setting : pulumi.output(setting);
  const value = await (output as Own<string | undefined>).promise(true);
  return pulumi.containsUnknowns(value) ? undefined : { value };
}

/** The message of a component that declares nothing yet in a preview. */
export function later(name: string, what: string): undefined {
  void pulumi.log.info(`${name}: ${what} is not there yet; what it brings shows once that is`);
  return undefined;
}

/** Renders charts with the Kubernetes provider, which contains Helm: a run needs no Helm executable. */
import { dirname } from "path";
import * as pulumi from "@pulumi/pulumi";
import { getVersion } from "@pulumi/kubernetes/utilities";
import { RenderError, type ChartRenderer } from "../../kubesphere/chart/chartRenderer";
import { installable } from "../../kubesphere/chart/renderedObject";

/** The provider's function that `helm.sh/v3:Chart` calls; its keys are in snake case. */
const TEMPLATE = "kubernetes:helm:template";

/** @param provider undefined for the default provider */
export const providerRenderer = (provider: pulumi.ProviderResource | undefined): ChartRenderer => ({
  id: `@pulumi/kubernetes ${getVersion()}`,
  async render({ chart, release, namespace, values, cluster, withCrds = true }) {
    const jsonOpts = JSON.stringify({
      path: chart,
      release_name: release,
      namespace,
      values,
      kube_version: cluster.kubeVersion,
      api_versions: cluster.apiVersions,
      include_test_hook_resources: false,
      skip_crd_rendering: !withCrds,
    });
    let result: unknown[];
    try {
      ({ result } = await pulumi.runtime.invoke(TEMPLATE, { jsonOpts }, provider && { provider }));
    } catch (error) {
      throw new RenderError(readable((error as Error).message, dirname(chart)));
    }
    return installable(result);
  },
});

/** Helm's own message, without the text that the engine and the provider add and without the path of the temporary folder. */
export const readable = (message: string, folder: string) => message.replaceAll(`${folder}/`, "").replace(AROUND, "").trim();

const AROUND =
  /^(?:(?:Invoke of kubernetes:helm:template failed|invocation of kubernetes:helm:template returned an error|rpc error: code = \w+ desc =|failed to generate YAML for specified Helm chart|failed to create chart from template)[: ]+)+/;

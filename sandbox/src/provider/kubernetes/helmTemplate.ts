/**
 * The function `kubernetes:helm:template`, by the helm binary: a chart that is here, rendered as for a first installation. As the official
 * plugin's (provider/pkg/provider/invoke_helm_template.go), but for what `helm template` itself refuses and Helm's library does not: a
 * chart of type `library`, and one whose dependencies are missing.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { revealAll, type Properties } from "../values.js";
import { apiVersions, serverVersion } from "./capabilities.js";
import type { Client } from "./client.js";
import { textOf } from "./errors.js";
import { HelmError, runHelm, type Helm } from "./helm.js";
import { readTemplateOptions, type TemplateOptions } from "./helmTemplateOptions.js";
import { renderedObjects } from "./renderedObjects.js";

export interface TemplateContext {
  readonly helm: Helm;
  /** None while the cluster is not known: in a first preview. */
  readonly client: Client | undefined;
  warn(urn: string, message: string): Promise<void>;
}

/**
 * @param args `jsonOpts`: {@link TemplateOptions} as JSON, in snake case
 * @returns `result`: the objects
 * @throws in the official plugin's words
 */
export async function helmTemplate(context: TemplateContext, args: Properties): Promise<Properties> {
  const options = readTemplateOptions(revealAll(args));
  const output = await said("failed to generate YAML for specified Helm chart", render(context, options));
  const isNamespaced = async (apiVersion: string, kind: string) => {
    try {
      return (await context.client?.kind(apiVersion, kind))?.namespaced ?? true;
    } catch {
      // A kind that nobody knows, or not yet, is taken for one that lives in namespaces.
      return true;
    }
  };
  return { result: await said("failed to decode YAML for specified Helm chart", renderedObjects(output, { ...options, isNamespaced })) };
}

async function said<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${what}: ${textOf(error)}`);
  }
}

async function render(context: TemplateContext, options: TemplateOptions): Promise<string> {
  const path = resolve(options.path);
  await said("failed to load chart from temp directory", assertThere(path));
  const { kubeVersion, apiVersions: versions } = await withCluster(context, options);
  const flags = [
    ...["--namespace", options.namespace || "default", "--values", "-"],
    ...(options.skipCrds ? [] : ["--include-crds"]),
    ...(kubeVersion ? ["--kube-version", kubeVersion] : []),
    ...versions.flatMap((version) => ["--api-versions", version]),
  ];
  // Rendering asks no cluster, so that helm gets no kubeconfig.
  const helm = { ...context.helm, kubeconfig: undefined };
  try {
    return await runHelm(helm, ["template", ...flags, "--", options.releaseName, path], options.values);
  } catch (error) {
    throw error instanceof HelmError ? await inLibrarysWords(error, helm, path) : error;
  }
}

async function assertThere(path: string): Promise<void> {
  await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Error(`stat ${path}: no such file or directory`) : error;
  });
}

/** The options, with what they leave to the cluster. A cluster that does not answer is passed over with a warning. */
async function withCluster({ client, warn }: TemplateContext, options: TemplateOptions): Promise<TemplateOptions> {
  if (!client) return options;
  let { kubeVersion, apiVersions: versions } = options;
  try {
    kubeVersion ||= await said("could not get server version from Kubernetes", serverVersion(client));
    if (versions.length === 0) versions = await said("could not get apiVersions from Kubernetes", apiVersions(client));
  } catch (error) {
    await warn("", `unable to determine cluster's API version: ${textOf(error)}`);
  }
  return { ...options, kubeVersion, apiVersions: versions };
}

/** What Helm's library says of the same, which the official plugin is built on. */
async function inLibrarysWords({ message }: HelmError, helm: Helm, path: string): Promise<Error> {
  const [, given, why] = /^invalid kube version '(.*)': (.*)$/s.exec(message) ?? [];
  if (given !== undefined) return new Error(`could not get parse kube_version "${given}" from chart options: ${why}`);
  const isLoaded = await runHelm(helm, ["show", "chart", path]).then(
    () => true,
    () => false,
  );
  const text = message.replace(/\n\nUse --debug flag to render out invalid YAML$/, "");
  return new Error(`failed to ${isLoaded ? "create chart from template" : "load chart from temp directory"}: ${text}`);
}

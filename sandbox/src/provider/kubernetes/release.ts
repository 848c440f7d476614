/** Create, read, update and delete of one Helm release, by the helm binary. */
import { readYaml } from "../../../../kubesphere/yaml/goYaml";
import { installable } from "../../../../kubesphere/chart/renderedObject";
import { markLike } from "../marks.js";
import { PartialFailure, type CheckFailure, type Options, type Resource } from "../provider.js";
import { hasUnknown, reveal, revealAll, Secret, type Properties } from "../values.js";
import { showChart, withChart } from "./chartAtHand.js";
import { Unreachable } from "./errors.js";
import { HelmError, runHelm, type Helm } from "./helm.js";
import type { Context } from "./objects.js";
import { fillRelease, RELEASE_DEFAULTS, releaseArguments, valuesOf, waitArguments } from "./releaseInputs.js";
import { lastInputs } from "./state.js";

export { diffRelease } from "./releaseInputs.js";

export interface ReleaseContext extends Context {
  readonly helm: Helm;
}

/** A release as `helm status --output json` tells it. */
interface Status {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: { readonly status: string };
  readonly config?: Properties;
  readonly manifest?: string;
}

interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
}

interface Release {
  readonly status: Status;
  readonly chart: ChartMetadata;
}

/** @param namespace where a release without a namespace goes */
export async function checkRelease(
  resource: { urn: string; seed: Buffer },
  olds: Properties,
  news: Properties,
  namespace: string,
  helm: Helm,
): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
  const { inputs, failures } = fillRelease(resource, olds, news, namespace);
  const which = { chart: inputs["chart"] ?? "", version: inputs["version"] ?? "", repositoryOpts: inputs["repositoryOpts"] ?? {} };
  if (failures.length > 0 || hasUnknown(which)) return { inputs, failures };
  try {
    const text = await showChart(helm, revealAll(inputs));
    return { inputs: { ...inputs, version: (readYaml(text)[0] as ChartMetadata).version }, failures: [] };
  } catch (error) {
    const reason = `${(error as Error).message}; check the chart name and repository configuration.`;
    return { inputs, failures: [{ property: "chart", reason }] };
  }
}

export async function createRelease(
  context: ReleaseContext,
  urn: string,
  inputs: Properties,
  options: Options,
): Promise<{ id: string; outputs: Properties }> {
  if (options.preview) return { id: "", outputs: inputs };
  const plain = revealAll(inputs);
  const [name, namespace] = [String(plain["name"]), String(plain["namespace"])];
  const id = `${namespace}/${name}`;
  await assertReachable(context, "create");
  try {
    return { id, outputs: outputsOf(inputs, await install(context, "install", plain, options)) };
  } catch (error) {
    if (!(error instanceof HelmError) || error.message.includes("cannot re-use a name")) throw error;
    const failed = await findRelease(context, namespace, name);
    if (!failed) throw error;
    await context.warn(
      urn,
      `Helm release "${name}" was created but has a failed status. Use the \`helm\` command to investigate the error, correct it, then retry. Reason: ${error.message}`,
    );
    throw new PartialFailure(id, inputs, outputsOf(inputs, failed), [unready(id, "was created, but failed", error)]);
  }
}

export async function updateRelease(context: ReleaseContext, old: Resource, inputs: Properties, options: Options): Promise<Properties> {
  if (options.preview) return inputs;
  const plain = revealAll(inputs);
  const [name, namespace] = [String(plain["name"]), String(plain["namespace"])];
  await assertReachable(context, "update");
  const before = (await findRelease(context, namespace, name))?.status.version ?? 0;
  try {
    return outputsOf(inputs, await install(context, "upgrade", plain, options));
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    // A failed upgrade leaves a revision of its own, which an atomic one then rolls back by another.
    const failed = before === 0 ? undefined : await findRelease(context, namespace, name, before + 1);
    if (!failed) throw error;
    throw new PartialFailure(old.id, inputs, outputsOf(inputs, failed), [unready(old.id, "failed", error)]);
  }
}

const unready = (id: string, what: string, error: Error): string =>
  `Helm release "${id}" ${what} to initialize completely. Use Helm CLI to investigate: failed to become available within allocated timeout. Error: Helm Release ${id}: ${error.message}`;

export async function readRelease(
  context: ReleaseContext,
  old: Resource,
): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined> {
  const [namespace = "", name = ""] = old.id.split("/");
  await context.client.request("GET", "/version");
  const found = await findRelease(context, namespace, name);
  if (!found) return undefined;
  const { chart, status } = found;
  const imported = {
    ...RELEASE_DEFAULTS,
    chart: chart.name,
    name,
    namespace,
    timeout: 0,
    values: status.config ?? {},
    version: chart.version,
  };
  const asked = lastInputs(old);
  const inputs = "chart" in asked ? asked : imported;
  return { id: old.id, inputs, outputs: outputsOf(inputs, found) };
}

export async function deleteRelease(context: ReleaseContext, old: Resource): Promise<void> {
  const [namespace = "", name = ""] = old.id.split("/");
  await context.client.request("GET", "/version");
  const inputs = revealAll(old.inputs);
  const wait = waitArguments(inputs, Number(inputs["timeout"] ?? 0));
  await runHelm(context.helm, ["uninstall", name, "--namespace", namespace, ...wait]);
}

async function install(
  { helm }: ReleaseContext,
  command: "install" | "upgrade",
  plain: Properties,
  { timeoutSeconds }: Options,
): Promise<Release> {
  const output = await withChart(helm, plain, (ready) => runHelm(helm, releaseArguments(command, ready, timeoutSeconds), valuesOf(plain)));
  const status = JSON.parse(output) as Status & { chart: { metadata: ChartMetadata } };
  return { status, chart: status.chart.metadata };
}

async function findRelease({ helm }: ReleaseContext, namespace: string, name: string, revision?: number): Promise<Release | undefined> {
  const which = [name, "--namespace", namespace, "--output", "json", ...(revision ? ["--revision", String(revision)] : [])];
  try {
    // One after the other: the engine may end the plugin after our answer, and a helm still running would leave its kubeconfig behind.
    const status = await runHelm(helm, ["status", ...which]);
    const metadata = await runHelm(helm, ["get", "metadata", ...which]);
    const { chart, version, appVersion } = JSON.parse(metadata) as { chart: string; version: string; appVersion?: string };
    return { status: JSON.parse(status) as Status, chart: { name: chart, version, ...(appVersion && { appVersion }) } };
  } catch (error) {
    if (error instanceof HelmError && error.message.endsWith("not found")) return undefined;
    throw error;
  }
}

async function assertReachable({ client }: ReleaseContext, verb: string): Promise<void> {
  try {
    await client.request("GET", "/version");
  } catch (error) {
    if (error instanceof Unreachable) throw new Error(`can't ${verb} Helm Release with unreachable cluster: ${error.message}`);
    throw error;
  }
}

/** The inputs, with what the release is now: its values, its chart's version, its objects. */
function outputsOf(inputs: Properties, { status, chart }: Release): Properties {
  return {
    ...inputs,
    values: markLike(status.config ?? {}, inputs["values"]),
    version: chart.version,
    resourceNames: resourceNames(status.manifest ?? ""),
    status: {
      name: status.name,
      namespace: status.namespace,
      revision: status.version,
      status: status.info.status,
      chart: chart.name,
      version: chart.version,
      ...(chart.appVersion && { appVersion: chart.appVersion }),
    },
    __inputs: new Secret(reveal(inputs)),
  };
}

/** `{"Deployment.apps/apps/v1": ["web"]}`: the release's objects by kind, group and version. */
function resourceNames(manifest: string): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const object of installable(readYaml(manifest))) {
    const [group] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : [];
    const { name, namespace } = object.metadata;
    (names[`${object.kind}${group ? `.${group}` : ""}/${object.apiVersion}`] ??= []).push(namespace ? `${namespace}/${name}` : name);
  }
  return names;
}

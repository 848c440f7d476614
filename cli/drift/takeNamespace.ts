/** Writes what somebody changed of the labels of an extension's namespace into the stack's configuration, so that it stays. */
import { checkWorkspace } from "../../settings/productionChecks";
import { targetNamespace } from "../../kubesphere/api";
import { describeProblem } from "../../kubesphere/errors";
import { newest } from "../../kubesphere/extension/extensionInstall";
import { isKeepable, labelMistake, namespaceLabels, whyFixed, type Labels } from "../../kubesphere/extension/namespaceLabels";
import type { Cluster, StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { step } from "../shared/objectDiff";
import { setConfig, stackConfig, succeeded, type Stack } from "../shared/pulumi";
import { writersOf } from "./owners";
import { declaredPackages, type Taken } from "./take";

/**
 * @param checkout the folder of Pulumi.yaml
 * @throws Failure when the stack or the cluster has no such namespace, when nothing of its labels differs, and when what does cannot be kept
 */
export async function takeNamespace(stack: Stack, cluster: Pick<Cluster, "read">, name: string, checkout: string): Promise<Taken> {
  const { index, extension, given, allow } = await ofStack(stack, name, checkout);
  const live = await cluster.read({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  if (live === undefined) throw new Failure(`the cluster has no namespace ${name}: nothing can be taken`);
  const changes = changedLabels(live, extension, given);
  if (changes.length === 0)
    throw new Failure(`the labels of namespace ${name} are as the stack's configuration has them: nothing is to be taken`);
  const lost = changes.flatMap(({ key, is }) => (isKeepable(key, is) ? [] : [`${key}: ${whyFixed(key)}`]));
  if (lost.length > 0) throw new Failure(`namespace ${name} cannot stay as it is: ${lost.join("; ")}. To undo it: pulumi up --refresh`);
  await refuseInProduction(stack, { namespaceLabels: after(given, changes), allow }, index);
  const keys: string[] = [];
  for (const { key, is } of changes) {
    const path = `kubesphere:extensions[${index}].install.namespaceLabels${step("namespaceLabels", key)}`;
    if (is === undefined) succeeded("pulumi config rm", await stack.run(["config", "rm", "--path", path]));
    else await setConfig(stack, path, is, false);
    keys.push(path);
  }
  return { keys };
}

type Change = { readonly key: string; readonly is: string | undefined };

function after(given: Labels, changes: readonly Change[]): Labels {
  const labels = new Map(Object.entries(given));
  for (const { key, is } of changes) {
    if (is === undefined) labels.delete(key);
    else labels.set(key, is);
  }
  return Object.fromEntries(labels);
}

/** What the next run would refuse is not written. */
async function refuseInProduction(stack: Stack, install: Parameters<typeof checkWorkspace>[0], index: number): Promise<void> {
  const { production } = await stackConfig(stack);
  if (production !== true && production !== "true") return;
  const problems = checkWorkspace(install, index);
  if (problems.length > 0) throw new Failure(`${problems.map(describeProblem).join("\n")} first, or undo it: pulumi up --refresh`);
}

/** The provider's next write of the namespace drops what kubectl has added; what others have added stays without being taken. */
function changedLabels(live: StoredObject, extension: string, given: Labels): readonly Change[] {
  const { labels = {} } = live.metadata;
  const wanted = namespaceLabels(extension, given);
  const isKubectls = (key: string) =>
    writersOf(live, `metadata.labels${step("metadata.labels", key)}`)[0]?.manager.startsWith("kubectl") === true;
  const added = Object.keys(labels).filter(
    (key) => !(key in wanted) && isKubectls(key) && labelMistake(key, labels[key] ?? "") === undefined,
  );
  const changed = Object.keys(wanted).filter((key) => labels[key] !== wanted[key]);
  return [...changed, ...added].map((key) => ({ key, is: labels[key] }));
}

async function ofStack(stack: Stack, name: string, checkout: string) {
  const declared = await declaredPackages(stack, checkout);
  for (const [index, { raw, packages }] of declared.entries()) {
    const { install } = raw;
    const [first] = packages;
    if (first === undefined || install === false) continue;
    const { namespace, version = newest(packages.map((it) => it.version)), namespaceLabels: given = {}, allow = [] } = install ?? {};
    const installed = packages.find((it) => it.version === version);
    if (name !== (namespace ?? installed?.metadata.namespace ?? targetNamespace(first.name))) continue;
    const labels = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
    return { index, extension: first.name, given: labels, allow };
  }
  throw new Failure(`none of the stack's kubesphere:extensions is installed in the namespace ${name}: nothing can be taken`);
}

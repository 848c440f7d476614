/** The objects that publish an extension, brought into a cluster in KubeSphere's order and waited for. */
import type { Follow } from "../../components/cluster/rollouts";
import { isOfStack } from "../../kubesphere/api";
import type { Installation } from "../../kubesphere/extension/extensionInstall";
import * as objects from "../../kubesphere/extension/extensionObjects";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import type { Cluster, KubernetesObject, StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { until, type Waiting } from "./until";

export interface Publishing extends Waiting {
  /** Without it, only the Marketplace has it. */
  readonly installation: Installation | undefined;
  /** Whether to write over what a Pulumi stack manages. */
  readonly force: boolean;
  /** Waits for KubeSphere to have it installed. */
  readonly follow: Follow;
}

/** What publishing takes of a cluster. */
export type Target = Pick<Cluster, "server" | "read" | "apply">;

/** KubeSphere lists a version within seconds. */
const LISTED_MS = 60_000;

/** @throws Failure with Helm's reason or KubeSphere's, and for a failed install with the command that shows its log */
export async function publish(cluster: Target, pkg: ExtensionPackage, publishing: Publishing): Promise<void> {
  const { installation, force, say } = publishing;
  const { name, version } = pkg;
  const chart = { apiVersion: "v1", kind: "ConfigMap", ...objects.chartConfigMap(pkg) };
  const extension = plain(objects.extension(pkg, [version]));
  const published = [chart, plain(objects.extensionVersion(pkg, installation?.namespace)), extension];
  const plan = installation && plain(objects.installPlan(pkg, installation));

  say(`asking ${cluster.server}`);
  const before = await Promise.all([...published, ...(plan ? [plan] : [])].map((object) => cluster.read(object)));
  if (!force) refuseStacks(before);

  // One after the other: each points at the one before it.
  for (const object of published) await cluster.apply(object);
  say(`waiting until KubeSphere lists ${name} ${version}`);
  const unlisted = `KubeSphere did not list ${name} ${version} within ${LISTED_MS / 1000} s: does its ks-controller-manager run?`;
  await until(LISTED_MS, unlisted, publishing, async () => {
    const { versions = [] } = ((await cluster.read(extension))?.status ?? {}) as { versions?: { version?: string }[] };
    return versions.some((one) => one.version === version) || undefined;
  });
  if (plan) await install(cluster, pkg, plan, publishing);
}

type Plan = ReturnType<typeof objects.installPlan>;

async function install(cluster: Target, { name, version }: ExtensionPackage, plan: Plan, { say, follow }: Publishing) {
  const { uid, generation } = (await cluster.apply(plan)).metadata;
  const failure = await follow({ name, uid, generation, isSecret: false, say: (words) => say(`KubeSphere: ${name} ${version}: ${words}`) });
  if (failure !== undefined) throw new Failure(`${name} ${version}: ${failure.reason}`);
}

/** Without what only Pulumi reads. */
function plain<T extends KubernetesObject>(object: T): T {
  const { annotations = {}, ...metadata } = object.metadata;
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith("pulumi.com/"));
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}

function refuseStacks(stored: readonly (StoredObject | undefined)[]): void {
  const ofStack = stored.filter((object) => object !== undefined).filter(isOfStack);
  if (ofStack.length === 0) return;
  const names = ofStack.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(", ");
  throw new Failure(
    `${names}: a Pulumi stack manages this extension here, and its next \`pulumi up\` would undo what is published now. ` +
      "Change its source and run `pulumi up`, or add --force.",
  );
}

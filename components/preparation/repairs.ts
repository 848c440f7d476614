/** The extensions that a run rolls out again because objects of them are lost. */
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { Discovery } from "../../kubesphere/cluster/discovery";
import { installPlan } from "../../kubesphere/extension/extensionObjects";
import type { MadeObject } from "../../kubesphere/extension/lostObjects";
import { repairOf } from "../../kubesphere/extension/repairs";
import { standingOf, type StoredPlan } from "../../kubesphere/extension/rollout";
import type { EarlierPlan } from "../../kubesphere/extension/lostReleases";
import type { EarlierPlans } from "./earlierPlans";
import type { DeclaredExtension } from "../../settings/extensionSources";
import { lostObjects } from "./lostObjects";

/** @param returning the same as for {@link lostObjects} @param now milliseconds @returns the plans, with their repairs */
export async function withRepairs(
  cluster: Pick<ClusterAccess, "read" | "metadata">,
  discovery: Discovery,
  plans: readonly StoredPlan[],
  earlier: EarlierPlans,
  extensions: readonly Pick<DeclaredExtension, "versions" | "install">[],
  returning: ReadonlySet<string> = new Set(),
  now = Date.now(),
): Promise<EarlierPlans> {
  const installed = extensions.flatMap((extension) => asDeclared(extension, plans, earlier));
  if (installed.length === 0) return earlier;
  const lost = await lostObjects(cluster, discovery, installed, returning);
  return new Map(
    [...earlier].map(([name, it]): [string, EarlierPlan] => {
      const [plan, found] = [installed.find((release) => release.name === name)?.plan, lost.get(name)];
      return [name, plan && found ? { ...it, repair: repairOf(plan, found.lost, found.back, now) } : it];
    }),
  );
}

interface Installed {
  readonly name: string;
  readonly namespace: string;
  readonly made: readonly MadeObject[];
  readonly plan: StoredPlan;
}

/** All others are rolled out anyway, are being rolled out, or have failed; a lost release is installed anew. Member clusters cannot be listed. */
function asDeclared(
  { versions, install }: Pick<DeclaredExtension, "versions" | "install">,
  plans: readonly StoredPlan[],
  earlier: EarlierPlans,
): Installed[] {
  const pkg = versions.find(({ version }) => version === install?.version);
  const plan = plans.find(({ metadata }) => metadata.name === pkg?.name);
  if (install === undefined || pkg === undefined || plan === undefined) return [];
  const { loss, repair } = earlier.get(pkg.name) ?? {};
  const { spec } = installPlan(pkg, install, { repaired: repair?.mark });
  const isSame =
    plan.spec.extension.version === spec.extension.version && plan.spec.enabled === spec.enabled && plan.spec.config === spec.config;
  if (loss !== undefined || !isSame || plan.metadata.deletionTimestamp !== undefined || standingOf(plan).is !== "installed") return [];
  return [{ name: pkg.name, namespace: install.namespace, made: pkg.learnt.made, plan }];
}

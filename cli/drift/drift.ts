/** How a cluster differs from what was deployed on it. Only asks. */
import { CORE_API } from "../../kubesphere/api";
import { lossOf } from "../../kubesphere/extension/lostReleases";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { nameOf, type Cluster, type StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf, type HelmRelease } from "../shared/helmReleases";
import { lossesOf } from "../shared/losses";
import type { DeclaredMember } from "../shared/members";
import { missingCrds } from "../shared/missingCrds";
import { inParallel } from "../../kubesphere/parallel";
import { compare, type Property } from "./compare";
import { ofProgrammed, withRepair, type Programmed } from "./programmed";
import { onMembers } from "./members";
import { withinRelease, type WaysOfLosses } from "./releases";
import { waysOf } from "./ways";
import type { Declared, DeclaredRelease } from "./declared";
import type { Difference } from "./difference";

/** @param say told what is being looked at @param wanted as the program would declare it. Default: as it was deployed @param members of the stack */
export async function findDrift(
  cluster: Cluster,
  declared: Declared,
  say: (text: string) => void,
  wanted: Programmed = new Map(),
  members: readonly DeclaredMember[] = [],
): Promise<readonly Difference[]> {
  const ofObjects = await inParallel(declared.objects, async ({ urn, object }): Promise<readonly Difference[]> => {
    say(`comparing ${nameOf(object)}`);
    const deployed = await compare(cluster, object);
    const now = wanted.get(`${object.kind} ${object.metadata.name}`);
    const difference =
      now === undefined ? deployed : ofProgrammed(deployed, await compare(cluster, { ...object, ...withRepair(now, object) }));
    return difference ? [{ ...difference, urn, ...waysOf(object, difference) }] : [];
  });
  const ofReleases = await Promise.all(declared.releases.map((release) => inRelease(cluster, release, say)));
  const plans = declared.objects.filter(({ object }) => object.kind === "InstallPlan");
  const stored = await storedPlans(cluster, plans);
  const [ways, crds] = await Promise.all([waysOfLosses(cluster, stored), ofCrds(cluster, stored, declared.objects)]);
  const ofExtensions = await Promise.all(plans.map((plan) => ofExtension(cluster, plan, ways.get(plan.object.metadata.name), say)));
  const ofMembers = await onMembers(members, declared.objects, stored, say);
  return [...ofObjects.flat(), ...ofReleases.flat(), ...crds, ...ofExtensions.flat(), ...ofMembers];
}

type StoredPlans = readonly (StoredObject & StoredPlan)[];

/** Those of the declared ones that are there. */
async function storedPlans(cluster: Cluster, declared: Declared["objects"]): Promise<StoredPlans> {
  if (declared.length === 0) return [];
  try {
    const plans = (await cluster.list({ apiVersion: CORE_API, kind: "InstallPlan" })) as StoredPlans;
    return plans.filter(({ metadata }) => declared.some(({ object }) => object.metadata.name === metadata.name));
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Of packages' `crds/`: no release has them; those that the stack has made anew are declared, and have been compared. */
async function ofCrds(cluster: Cluster, plans: StoredPlans, declared: Declared["objects"]): Promise<readonly Difference[]> {
  if (plans.length === 0) return [];
  try {
    const versions = await cluster.list({ apiVersion: CORE_API, kind: "ExtensionVersion" });
    const missing = await missingCrds(cluster, plans, versions as Parameters<typeof missingCrds>[2]);
    const planOf = (extension: string) =>
      declared.find(({ object: { kind, metadata } }) => kind === "InstallPlan" && metadata.name === extension);
    const isDeclared = (name: string) => declared.some(({ object: { kind, metadata } }) => kind === CRD && metadata.name === name);
    return missing.flatMap(({ extension, crds }) =>
      crds
        .filter((name) => !isDeclared(name))
        .map((name): Difference => {
          const urn = planOf(extension)?.urn ?? "";
          return { object: `${CRD} ${name}`, urn, drift: "missing", properties: [], wayBack: ["pulumi up --refresh"] };
        }),
    );
  } catch (error) {
    // The doctor says of what it may not read that it could not be checked.
    if (error instanceof Failure) return [];
    throw error;
  }
}

const CRD = "CustomResourceDefinition";

/** By extension, then by object: what status and doctor print of what is lost within a release. What cannot be read is reported with its release. */
async function waysOfLosses(cluster: Cluster, plans: StoredPlans): Promise<ReadonlyMap<string, WaysOfLosses>> {
  if (plans.length === 0) return new Map();
  try {
    const { found } = await lossesOf(cluster, plans);
    return new Map([...found].map(([name, losses]) => [name, new Map(losses.map((it) => [it.object, it]))]));
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}

/** The release that KubeSphere's executor has made of a plan: no state tells of it. */
async function ofExtension(
  cluster: Cluster,
  { urn, object: { apiVersion, kind, metadata } }: Declared["objects"][number],
  ways: WaysOfLosses | undefined,
  say: (text: string) => void,
): Promise<readonly Difference[]> {
  const { name } = metadata;
  let of = { object: `Release ${name}`, urn, properties: [] };
  try {
    const plan = (await cluster.read({ apiVersion, kind, metadata: { name } })) as (StoredObject & StoredPlan) | undefined;
    const namespace = plan?.status?.targetNamespace;
    // Whether the plan itself is there, and what it asks for, has been told.
    if (plan === undefined || namespace === undefined) return [];
    of = { ...of, object: `Release ${namespace}/${name}` };
    const [stored, home] = await Promise.all([
      releaseOf(cluster, namespace, name),
      cluster.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }),
    ]);
    const surroundings = {
      releases: new Set(stored === undefined ? [] : [`${namespace}/${name}`]),
      namespaces: new Set(home === undefined || home.metadata.deletionTimestamp !== undefined ? [] : [namespace]),
    };
    if (lossOf(plan, surroundings) !== undefined) return [{ ...of, drift: "missing", wayBack: ["pulumi up --refresh"] }];
    // One that is rolling out, or has failed to, is no state to compare with.
    return plan.status?.state === "Installed" && stored?.status === "deployed"
      ? await withinRelease(cluster, { urn, name, namespace, stored, ...(ways && { ways }) }, say)
      : [];
  } catch (error) {
    if (error instanceof Failure) return [{ ...of, drift: "unknown", reason: error.message, wayBack: [] }];
    throw error;
  }
}

async function inRelease(cluster: Cluster, release: DeclaredRelease, say: (text: string) => void): Promise<readonly Difference[]> {
  const { urn, name, namespace } = release;
  const of = { object: `Release ${namespace}/${name}`, urn, properties: [] };
  let stored: HelmRelease | undefined;
  try {
    stored = await releaseOf(cluster, namespace, name);
  } catch (error) {
    // One release that cannot be looked at hides nothing of the others.
    if (error instanceof Failure) return [{ ...of, drift: "unknown", reason: error.message, wayBack: [] }];
    throw error;
  }
  if (stored === undefined) return [{ ...of, drift: "missing", wayBack: [`pulumi up --refresh`] }];
  const changed = releaseChanges(release, stored);
  const upgraded: Difference = {
    ...of,
    drift: "upgraded",
    properties: changed,
    wayBack: [`helm rollback ${name} ${release.revision} --namespace ${namespace}`],
  };
  return [...(changed.length > 0 ? [upgraded] : []), ...(await withinRelease(cluster, { urn, name, namespace, stored }, say))];
}

const releaseChanges = ({ revision, version }: DeclaredRelease, stored: HelmRelease): readonly Property[] => [
  ...(revision === stored.revision ? [] : [{ path: "revision", is: stored.revision, wanted: revision, by: [] }]),
  ...(version === stored.version ? [] : [{ path: "version", is: stored.version, wanted: version, by: [] }]),
];

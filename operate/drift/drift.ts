/** How a cluster differs from what was deployed on it. Only asks. */
import { label, OAUTH_CLIENT_SECRET_TYPE } from "../../kubesphere/api";
import { lossOf } from "../../kubesphere/lostReleases";
import { textAt } from "../../kubesphere/renderedObject";
import type { StoredPlan } from "../../kubesphere/rollout";
import { nameOf, type Cluster, type KubernetesObject, type StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf, type HelmRelease } from "../shared/helmReleases";
import { fleeting } from "../shared/runningObjects";
import { inParallel } from "../../kubesphere/parallel";
import { compare, type Property } from "./compare";
import { ofPlan, type PlanSpecs } from "./programmed";
import type { Declared, DeclaredRelease } from "./declared";

export interface Difference {
  /** `Kind name`, or `Kind namespace/name`. */
  readonly object: string;
  /** The resource that declares it. */
  readonly urn: string;
  /** Set when the object is part of a Helm release rather than declared itself. */
  readonly release?: string;
  readonly drift: "changed" | "missing" | "upgraded" | "unknown";
  readonly properties: readonly Property[];
  /** The commands that bring back what was deployed, and what keeps the change where that is possible. */
  readonly wayBack: readonly string[];
  /** Why it could not be looked at, or why it cannot be there. */
  readonly reason?: string;
}

/** @param say told what is being looked at @param specs of plans as the program would declare them. Default: as they were deployed */
export async function findDrift(
  cluster: Cluster,
  declared: Declared,
  say: (text: string) => void,
  specs: PlanSpecs = new Map(),
): Promise<readonly Difference[]> {
  const ofObjects = await inParallel(declared.objects, async ({ urn, object }): Promise<readonly Difference[]> => {
    say(`comparing ${nameOf(object)}`);
    const deployed = await compare(cluster, object);
    const spec = object.kind === "InstallPlan" ? specs.get(object.metadata.name) : undefined;
    const difference = spec === undefined ? deployed : ofPlan(deployed, await compare(cluster, { ...object, spec } as typeof object));
    return difference ? [{ ...difference, urn, wayBack: waysBack(object, difference.drift) }] : [];
  });
  const ofReleases = await Promise.all(declared.releases.map((release) => inRelease(cluster, release, say)));
  const plans = declared.objects.filter(({ object }) => object.kind === "InstallPlan");
  const ofExtensions = await Promise.all(plans.map((plan) => ofExtension(cluster, plan, say)));
  return [...ofObjects.flat(), ...ofReleases.flat(), ...ofExtensions.flat()];
}

/** The release that KubeSphere's executor has made of a plan: no state tells of it. */
async function ofExtension(
  cluster: Cluster,
  { urn, object: { apiVersion, kind, metadata } }: Declared["objects"][number],
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
      ? await withinRelease(cluster, { urn, name, namespace, stored }, say)
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

interface Stored {
  readonly urn: string;
  readonly name: string;
  readonly namespace: string;
  readonly stored: HelmRelease;
}

async function withinRelease(
  cluster: Cluster,
  { urn, name, namespace, stored }: Stored,
  say: (text: string) => void,
): Promise<readonly Difference[]> {
  const wayBack = `helm rollback ${name} ${stored.revision} --namespace ${namespace}`;
  const ofObjects = await inParallel(stored.objects, async (object): Promise<readonly Difference[]> => {
    say(`comparing ${nameOf(object)} of ${name}`);
    const difference = await compare(cluster, object, namespace);
    if (difference === undefined || (difference.drift === "missing" && fleeting(object))) return [];
    // Helm makes no object of a kind that is not there.
    return [{ ...difference, urn, release: name, wayBack: difference.reason === undefined ? [wayBack] : [] }];
  });
  return ofObjects.flat();
}

const releaseChanges = ({ revision, version }: DeclaredRelease, stored: HelmRelease): readonly Property[] => [
  ...(revision === stored.revision ? [] : [{ path: "revision", is: stored.revision, wanted: revision, by: [] }]),
  ...(version === stored.version ? [] : [{ path: "version", is: stored.version, wanted: version, by: [] }]),
];

/** Only a refresh tells the engine of what was changed behind its back. */
function waysBack(object: KubernetesObject & { readonly type?: unknown }, drift: Difference["drift"]): readonly string[] {
  const { kind, metadata } = object;
  const client = object.type === OAUTH_CLIENT_SECRET_TYPE ? textAt(object, "metadata", "labels", label.oauthClient) : undefined;
  return [
    "pulumi up --refresh",
    ...(kind === "InstallPlan" && drift === "changed" ? [`npm run drift -- --take ${metadata.name}`] : []),
    ...(client !== undefined && drift === "changed" ? [`npm run drift -- --take-client ${client}`] : []),
  ];
}

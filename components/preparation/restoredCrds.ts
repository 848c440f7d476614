/** CRDs of extensions' folders `crds/` that a run finds gone, or an earlier one has made anew: which they are, and their resources. */
import type * as pulumi from "@pulumi/pulumi";
import { restoredAnnotation } from "../../kubesphere/api";
import { unpackChartArchive } from "../../kubesphere/chart/archive";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { crdsIn } from "../../kubesphere/chart/crdFolders";
import type { Installation } from "../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import {
  crdsOfExtension,
  kindsIn,
  restoredCrds,
  restoredObject,
  type Bringing,
  type ExtensionCrds,
  type RestoredCrd,
} from "../../kubesphere/extension/restoredCrds";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { KubeSphereObject } from "../shared/customResources";
import type { EarlierPlans } from "./earlierPlans";

export interface DeclaredCrd {
  readonly object: ReturnType<typeof restoredObject>;
  /** Whether it is to be made although the stack's state may have it. */
  readonly isGone: boolean;
}

export interface StackCrds {
  readonly declared: readonly DeclaredCrd[];
  /** The earlier plans, with what is declared for them. */
  readonly earlier: EarlierPlans;
  /** Kinds that this run brings back. */
  readonly returning: ReadonlySet<string>;
  /** Whether Helm leaves the CRD of that name as it finds it, and nobody else sees to it. */
  isLeft(name: string): boolean;
}

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const NO_PLAN = { mark: undefined, loss: undefined };

/** Asks for one list of metadata, and for nothing where no extension that brings CRDs was installed before. */
export async function stackCrds(
  cluster: Pick<ClusterAccess, "metadata">,
  extensions: readonly { readonly versions: readonly ExtensionPackage[]; readonly install?: Pick<Installation, "version"> | undefined }[],
  plans: readonly StoredPlan[],
  earlier: EarlierPlans,
): Promise<StackCrds> {
  const bringing = extensions.flatMap(({ versions, install }) => {
    const pkg = versions.find(({ version }) => version === install?.version);
    if (pkg === undefined || pkg.learnt.crds.length === 0) return [];
    const { name, archive, learnt } = pkg;
    const plan = plans.find(({ metadata }) => metadata.name === name);
    return [{ name, archive, crds: learnt.crds, plan, loss: earlier.get(name)?.loss }];
  });
  if (bringing.every(({ plan }) => plan === undefined)) return { declared: [], earlier, returning: new Set(), isLeft: () => true };
  const present = new Set((await cluster.metadata(CRDS)).map(({ name }) => name));
  const restored = restoredCrds(bringing, present);
  const found = await Promise.all(restored.map(async (it) => ({ ...it, crd: await crdOf(it, bringing) })));
  const crds = new Map(bringing.map((it) => [it.name, crdsOfExtension(it, restored)] as const));
  return {
    declared: found.map(({ crd, times, isGone }) => ({ object: restoredObject(crd, times), isGone })),
    earlier: withCrds(earlier, crds),
    returning: new Set(found.flatMap(({ crd, isGone }) => (isGone ? kindsIn(crd) : []))),
    isLeft: (name) => present.has(name) && restored.every((it) => it.name !== name),
  };
}

function withCrds(earlier: EarlierPlans, of: ReadonlyMap<string, ExtensionCrds | undefined>): EarlierPlans {
  const marked = [...of].flatMap(([name, crds]) =>
    crds === undefined ? [] : [[name, { ...(earlier.get(name) ?? NO_PLAN), crds }] as const],
  );
  return new Map([...earlier, ...marked]);
}

/** As the first of those that bring it has it. */
async function crdOf({ name }: RestoredCrd, bringing: readonly (Bringing & { readonly archive: Buffer })[]): Promise<RenderedObject> {
  const first = bringing.find(({ crds }) => crds.some((it) => it.name === name));
  const own = first === undefined ? [] : await crdsIn(await unpackChartArchive("package.tgz", first.archive));
  const found = own.find(({ crd }) => crd.metadata.name === name);
  // A render has found it in that package.
  if (found === undefined) throw new Error(`CRD ${name} is in no package that brings it`);
  return found.crd;
}

/**
 * Under the platform, whichever extension brings it: it stays what it is when one of several goes.
 * @param name of the component that declares them
 * @returns what is to be there before anything is rolled out
 */
export const declareCrds = (name: string, crds: readonly DeclaredCrd[], opts: pulumi.CustomResourceOptions): pulumi.Resource[] =>
  crds.map(
    ({ object, isGone }) =>
      new KubeSphereObject(`${name}-${object.metadata.name}`, object, {
        ...opts,
        // As what Helm makes of crds/ stays when its extension goes.
        retainOnDelete: true,
        // The state of a run that refreshes nothing still has it.
        replaceOnChanges: isGone ? [`metadata.annotations["${restoredAnnotation}"]`] : [],
      }),
  );

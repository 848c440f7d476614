/** CRDs of extensions' folders `crds/` that are lost, or that an earlier run made anew: their list and their resources. */
import type * as pulumi from "@pulumi/pulumi";
import { restoredAnnotation } from "../../kubesphere/api";
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
  /** Whether it must be made although the stack's state may have it. */
  readonly isGone: boolean;
}

export interface StackCrds {
  readonly declared: readonly DeclaredCrd[];
  /** The earlier plans, with the CRDs that are declared for them. */
  readonly earlier: EarlierPlans;
  /** Kinds that this run brings back. */
  readonly returning: ReadonlySet<string>;
  /** Whether Helm leaves the CRD of that name unchanged, and the stack does not declare it either. */
  isLeft(name: string): boolean;
}

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const NO_PLAN = { mark: undefined, loss: undefined };

/** Makes one list request for metadata, and none if no installed extension has CRDs. */
export async function stackCrds(
  cluster: Pick<ClusterAccess, "metadata">,
  extensions: readonly { readonly versions: readonly ExtensionPackage[]; readonly install?: Pick<Installation, "version"> | undefined }[],
  plans: readonly StoredPlan[],
  earlier: EarlierPlans,
): Promise<StackCrds> {
  const bringing = extensions.flatMap(({ versions, install }) => {
    const pkg = versions.find(({ version }) => version === install?.version);
    if (pkg === undefined || pkg.learnt.crds.length === 0) return [];
    const { name, contents, learnt } = pkg;
    const plan = plans.find(({ metadata }) => metadata.name === name);
    return [{ name, contents, crds: learnt.crds, plan, loss: earlier.get(name)?.loss }];
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
  const all = new Map(earlier);
  for (const [name, crds] of of) if (crds !== undefined) all.set(name, { ...(earlier.get(name) ?? NO_PLAN), crds });
  return all;
}

/** As the first package that has it defines it. */
async function crdOf({ name }: RestoredCrd, bringing: readonly (Bringing & Pick<ExtensionPackage, "contents">)[]): Promise<RenderedObject> {
  const first = bringing.find(({ crds }) => crds.some((it) => it.name === name));
  const own = first === undefined ? [] : await crdsIn(first.contents);
  const found = own.find(({ crd }) => crd.metadata.name === name);
  // A render has found it in this package.
  if (found === undefined) throw new Error(`CRD ${name} is in no package that brings it`);
  return found.crd;
}

/**
 * Declared under the platform, whichever extension has it: so it stays when one of several extensions is removed.
 * @param name of the component that declares them
 * @returns the resources that must exist before the first rollout
 */
export const declareCrds = (name: string, crds: readonly DeclaredCrd[], opts: pulumi.CustomResourceOptions): pulumi.Resource[] =>
  crds.map(
    ({ object, isGone }) =>
      new KubeSphereObject(`${name}-${object.metadata.name}`, object, {
        ...opts,
        // Like the CRDs that Helm makes of crds/, they stay when their extension is removed.
        retainOnDelete: true,
        // Without a refresh, the state still has it.
        replaceOnChanges: isGone ? [`metadata.annotations["${restoredAnnotation}"]`] : [],
      }),
  );

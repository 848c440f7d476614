/** What is left on a cluster that was a member, in the order in which it goes. Pure. */
import { KS_AGENT, KS_CORE_RELEASE, label, memberAnnotation, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { groupOf } from "../../../kubesphere/chart/renderedObject";
import { isNamespaceFinalizer } from "../../../kubesphere/cluster/systemNamespaces";
import { isKsCoreKind } from "../../../kubesphere/ksCore/kinds";
import * as removal from "../../../kubesphere/member/removal";
import { nameOf, type KubernetesObject, type StoredObject } from "../../shared/cluster";
import type { Result } from "../examine";
import type { Finding } from "../finding";
import { isKubeSpheresNamespace, type FormerMember, type Kind } from "./member";
import type { Claim } from "./standing";

const SYSTEM = { apiVersion: "v1", kind: "Namespace", metadata: { name: SYSTEM_NAMESPACE } };

/**
 * @param claim of a host on the cluster; while it may be a living one's, nothing has an action
 * @param told the option with which the user says that it is not
 */
export function leftOn(former: FormerMember, claim: Claim | undefined, told: (host: string) => string): readonly Result[] {
  const mayGo = claim === undefined || claim.isOver !== undefined;
  const results: readonly (readonly [check: string, title: string, findings: readonly Finding[]])[] = [
    ["otherHost", "no other host has the cluster", mayGo ? [] : [claimed(claim, told)]],
    ["agents", "no agent of an extension is left", former.agents.map(agent)],
    ["ksCore", "ks-core is gone", ksCore(former)],
    ["heldNamespaces", "KubeSphere holds no namespace", held(former)],
    ["kinds", "KubeSphere's kinds are gone", kinds(former.kinds)],
    ["rights", "no rights of KubeSphere's are left", rights(former)],
    ["claim", "the cluster says of no host that it is its own", claim === undefined || !mayGo ? [] : [over(claim)]],
    ["namespaces", "KubeSphere's namespaces are gone", namespaces(former)],
  ];
  return results.map(([check, title, findings]) => ({ check, title, findings: mayGo ? findings : findings.map(withoutAction) }));
}

function withoutAction({ object, why, means, mend }: Finding): Finding {
  return { object, why, means, mend };
}

const claimed = ({ host, name }: Claim, told: (host: string) => string): Finding => ({
  object: nameOf(SYSTEM),
  why: `it says that the cluster is ${name ?? "a member"} of host ${host}, which may be there and have it`,
  means: `nothing is done here before that is known; and while it says so, no other host takes the cluster`,
  mend: [`remove the cluster from ${host}; or, if that host is gone or has removed it: ${told(host)}`],
});

const over = ({ host, name, isOver }: Claim): Finding => ({
  object: nameOf(SYSTEM),
  why: `it says that the cluster is ${name ?? "a member"} of host ${host}; ${isOver ?? ""}`,
  means: `no host takes the cluster: KubeSphere says that it is managed by another host cluster`,
  mend: [removal.DISOWN],
  action: { do: "annotate", object: SYSTEM, annotations: { [memberAnnotation.name]: null, [memberAnnotation.host]: null } },
});

const agent = ({ release, namespace, status }: FormerMember["agents"][number]): Finding => ({
  object: `Release ${namespace}/${release}`,
  why: `Helm has it as ${status}, and KubeSphere has installed it as an agent`,
  means: "it still runs, and no KubeSphere looks after it",
  mend: [removal.uninstallAgent(release, namespace)],
  action: { do: "uninstall", name: release, namespace, args: [] },
});

function ksCore({ core, agent: pods }: FormerMember): readonly Finding[] {
  const runs = pods === undefined ? `${KS_AGENT} does not run` : `${KS_AGENT} runs, ${pods.ready} of ${pods.wanted} ready`;
  const means = "KubeSphere's controllers go on: they hold every namespace, and its users have the rights that they had last";
  if (core !== undefined)
    return [
      {
        object: `Release ${SYSTEM_NAMESPACE}/${KS_CORE_RELEASE}`,
        why: `KubeSphere ${core.appVersion ?? "of an unknown version"}, ${core.status} (revision ${core.revision}); ${runs}`,
        means: pods === undefined ? "a host that takes the cluster upgrades it" : means,
        mend: [removal.UNINSTALL_KS_CORE],
        action: { do: "uninstall", name: KS_CORE_RELEASE, namespace: SYSTEM_NAMESPACE, args: removal.KS_CORE_ARGS },
      },
    ];
  if (pods === undefined) return [];
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: KS_AGENT, namespace: SYSTEM_NAMESPACE } };
  return [
    {
      object: nameOf(deployment),
      why: `${runs}, and Helm knows no release ${KS_CORE_RELEASE}`,
      means,
      mend: [removal.DELETE_KS_AGENT],
      action: { do: "delete", objects: [deployment] },
    },
  ];
}

/** All in one, since 4.1.2 holds every namespace of a cluster; a command for those that keep the same. */
function held({ namespaces: all }: FormerMember): readonly Finding[] {
  const isHeld = ({ metadata: { finalizers = [], ownerReferences = [] } }: StoredObject) =>
    finalizers.some(isNamespaceFinalizer) || ownerReferences.some(removal.isWorkspace);
  const found = all.filter(isHeld);
  if (found.length === 0) return [];
  const names = found.map(({ metadata }) => metadata.name);
  const owned = found.filter(({ metadata }) => metadata.ownerReferences?.some(removal.isWorkspace)).map(({ metadata }) => metadata.name);
  const ours = [...new Set(found.flatMap(({ metadata }) => metadata.finalizers?.filter(isNamespaceFinalizer) ?? []))];
  const groups = grouped(found, (it) => JSON.stringify(removal.keptOn(it.metadata)));
  return [
    {
      object: `Namespace ${names.join(", ")}`,
      why: [
        ...(ours.length > 0 ? [`KubeSphere holds them by ${ours.join(", ")}`] : []),
        ...(owned.length > 0 ? [`a Workspace owns ${owned.join(", ")}`] : []),
      ].join("; "),
      means: [
        ...(ours.length > 0 ? ["without KubeSphere nobody can delete them"] : []),
        ...(owned.length > 0 ? ["with the Workspace Kubernetes deletes what it owns, and all that is in it"] : []),
      ].join("; "),
      mend: [...groups.values()].map((group) =>
        removal.freeNamespaces(
          group.map(({ metadata }) => metadata.name),
          removal.keptOn(group[0]?.metadata ?? {}),
        ),
      ),
      action: { do: "free", namespaces: names },
    },
  ];
}

function kinds(all: readonly Kind[]): readonly Finding[] {
  const own = all.filter(({ crd }) => isKsCoreKind(crd));
  const others = all.filter(({ crd }) => !isKsCoreKind(crd));
  return [
    ...(own.length === 0 ? [] : [ownKinds(own, others.length === 0)]),
    ...others.map(({ crd, count }): Finding => ({
      object: `CustomResourceDefinition ${crd}`,
      why: `it is none of ks-core's: an extension has brought it. ${count === 0 ? "It has no objects" : `It has ${objectsIn(count)}`}`,
      means: "with it go its objects, which may be somebody's: it is yours to judge",
      mend: [`look at them, keep what is needed, then: ${removal.deleteKinds([crd], false)}`],
    })),
  ];
}

const objectsIn = (count: number) => `${count} ${count === 1 ? "object" : "objects"}`;

function ownKinds(own: readonly Kind[], isAll: boolean): Finding {
  const names = own.map(({ crd }) => crd).sort();
  const filled = own.filter(({ count }) => count > 0).map(({ crd, count }) => `${crd} ${count}`);
  const heldObjects = own.flatMap(({ crd, held: objects }) => objects.map((object) => ({ crd, object })));
  const [within, without] = [
    heldObjects.filter(({ object }) => object.metadata.namespace !== undefined),
    heldObjects.filter(({ object }) => object.metadata.namespace === undefined),
  ];
  const inNamespaces = grouped(within, ({ crd, object }) => `${object.metadata.namespace ?? ""} ${crd}`);
  return {
    object: `CustomResourceDefinition ${names.join(", ")}`,
    why: `ks-core has made them; ${filled.length === 0 ? "none has objects" : `objects: ${filled.join(", ")}`}`,
    means:
      "a KubeSphere that is installed anew takes the objects for its own; with them go the rights that KubeSphere's users have in namespaces",
    mend: [
      ...(without.length > 0 ? [removal.freeObjects([...new Set(without.map(({ crd }) => crd))].sort())] : []),
      ...[...inNamespaces].map(([place, objects]) => {
        const [namespace = "", crd = ""] = place.split(" ");
        return removal.freeObjectsIn(
          namespace,
          crd,
          objects.map(({ object }) => object.metadata.name),
        );
      }),
      removal.deleteKinds(names, isAll),
    ],
    action: { do: "delete kinds", crds: names, held: heldObjects.map(({ object }) => object) },
  };
}

function rights({ rights: roles, remains }: FormerMember): readonly Finding[] {
  const ofKind = (objects: readonly StoredObject[], why: string, means: string): readonly Finding[] => {
    if (objects.length === 0) return [];
    const types = grouped(objects, ({ kind, apiVersion }) => `${kind.toLowerCase()}.${groupOf(apiVersion)}`);
    const named = [...types].map(([type, its]) => [type, its.map(({ metadata }) => metadata.name).sort()] as const);
    // A role and its binding have one name.
    const same = grouped(named, ([, names]) => names.join(" "));
    return [
      {
        object: objects.map(nameOf).join(", "),
        ...{ why, means },
        mend: [...same.values()].map((group) =>
          removal.deleteAll(
            group.map(([type]) => type),
            group[0]?.[1] ?? [],
          ),
        ),
        action: { do: "delete", objects: objects.map(plain) },
      },
    ];
  };
  return [
    ...ofKind(roles, "KubeSphere has made them for the executors of extensions", "rights that nobody uses"),
    ...ofKind(remains, `they are of the release ${KS_CORE_RELEASE}, which is gone`, "nobody answers webhooks, and nobody uses the rights"),
  ];
}

/** What is in them is said before anybody is asked. */
function namespaces({ namespaces: all, contents }: FormerMember): readonly Finding[] {
  const made = all.filter(isKubeSpheresNamespace).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const isKept = ({ metadata: { name, labels = {} } }: StoredObject) =>
    (contents.get(name)?.length ?? 1) > 0 || (labels[label.extensionRef] !== undefined && labels[label.managed] !== "true");
  const empty = made.filter((it) => !isKept(it));
  const names = empty.map(({ metadata }) => metadata.name);
  return [
    ...(empty.length === 0
      ? []
      : [
          {
            object: `Namespace ${names.join(", ")}`,
            why: "KubeSphere has made them, and nothing of anybody's is in them",
            means: "they do nothing, and a KubeSphere that is installed anew takes them for its own",
            mend: [removal.deleteAll(["namespace"], names)],
            action: { do: "delete", objects: empty.map(plain) } as const,
          },
        ]),
    ...made.filter(isKept).map((object): Finding => {
      const { name } = object.metadata;
      const holds = contents.get(name) ?? [];
      return {
        object: nameOf(object),
        why: holds.length > 0 ? `it holds ${holds.join(", ")}` : "somebody else has made it",
        means: "what is in it may be somebody's: it is yours to judge",
        mend: [`look at it, keep what is needed, then: ${removal.deleteAll(["namespace"], [name])}`],
      };
    }),
  ];
}

const plain = ({ apiVersion, kind, metadata: { name, namespace } }: StoredObject): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

/** In the order of each group's first item. */
function grouped<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

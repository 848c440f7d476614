/** Reads all facts at once, each one once. What cannot be read for lack of rights spares the rest. */
import { CORE_API } from "../../../kubesphere/api";
import type { Cluster, StoredObject } from "../../shared/cluster";
import { Failure } from "../../shared/command";
import { labelled, namespaceOf } from "../../shared/extensionPieces";
import { keeperOf } from "../../shared/heldNamespaces";
import { lossesOf } from "../../shared/losses";
import { hostClusters, seenMembers, type DeclaredMember } from "../../shared/members";
import { missingCrds } from "../../shared/missingCrds";
import { contents } from "../../shared/namespaceContents";
import type { Stack } from "../../shared/pulumi";
import { whyUnread } from "../../shared/unread";
import { leftBehind } from "../findings/leftovers";
import type { Server } from "../server";
import type { ApiService, ExtensionVersion, Facts, NodeClock, Plan, Service, StackFacts } from "./facts";
import { ingressClasses, ingresses, isReady } from "./ingress";
import { configMaps, executions } from "./plans";
import { issuer, ksCoreChart, webhooks } from "./probes";
import { unfinishedReleases } from "./releases";
import { remains } from "./remains";

export interface Sources {
  readonly facts: StackFacts;
  readonly stack: Stack;
  readonly cluster: Cluster;
  readonly server: Server;
  /** Of the stack, with their kubeconfigs. */
  readonly members: readonly DeclaredMember[];
}

/** A fact, or why it could not be read. */
export type Reading<T> = { readonly value: T } | { readonly unread: string };
export type Readings = { readonly [K in keyof Facts]: Reading<Facts[K]> };

type Get = <K extends keyof Facts>(key: K) => Promise<Facts[K]>;
type Readers = { readonly [K in keyof Facts]: (sources: Sources, get: Get) => Promise<Facts[K]> };

const core = (kind: string) => ({ apiVersion: CORE_API, kind });

const READERS: Readers = {
  stack: ({ facts }) => Promise.resolve(facts),
  now: () => Promise.resolve(Date.now()),
  plans: async ({ cluster }) => (await cluster.list(core("InstallPlan"))) as readonly Plan[],
  extensions: ({ cluster }) => cluster.list(core("Extension")),
  versions: async ({ cluster }) => (await cluster.list(core("ExtensionVersion"))) as readonly ExtensionVersion[],
  clusters: ({ cluster }) => hostClusters(cluster),
  members: async ({ members }, get) => seenMembers(await get("clusters"), members),
  executions: async ({ cluster }, get) => executions(cluster, await get("plans")),
  configMaps: async ({ cluster }, get) => configMaps(cluster, await get("versions")),
  losses: async ({ cluster, facts: { option } }, get) => {
    const { found, unread } = await lossesOf(cluster, await get("plans"), option);
    // What may not be read is not missed, and so nothing can be said of all of them.
    const [first] = unread;
    if (first !== undefined) throw new Failure(first.why);
    return found;
  },
  missingCrds: async ({ cluster }, get) => missingCrds(cluster, await get("plans"), await get("versions")),
  webhooks: ({ cluster }) => webhooks(cluster),
  unfinishedReleases: ({ cluster, stack, facts }) => unfinishedReleases(cluster, stack, facts),
  ingressClasses: ({ cluster }) => ingressClasses(cluster),
  ingresses: async ({ cluster }, get) => ingresses(cluster, await get("plans")),
  services: async ({ cluster }) => (await cluster.list({ apiVersion: "v1", kind: "Service" })) as readonly Service[],
  apiServices: async ({ cluster }) =>
    (await cluster.list({ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" })) as readonly ApiService[],
  issuer: ({ facts }) => issuer(facts.issuer),
  ksCoreChart: ({ facts }) => ksCoreChart(facts.ksCoreChart),
  serverClock: ({ server }) => server.clock(),
  nodeClocks: async ({ cluster }, get) => nodeClocks(cluster, await get("serverClock")),
  labelled: ({ cluster }) => labelled(cluster),
  namespaces: ({ cluster }) => cluster.list({ apiVersion: "v1", kind: "Namespace" }),
  keeper: ({ cluster }) => keeperOf(cluster),
  remains: async ({ cluster }, get) => ((await get("keeper")) === "none" ? remains(cluster) : []),
  contents: async ({ cluster, facts: stack }, get) => {
    const [found, plans, extensions] = await Promise.all([get("labelled"), get("plans"), get("extensions")]);
    const left = leftBehind({ labelled: found, plans, extensions, stack });
    return contents(cluster, [...new Set(left.flatMap(namespaceOf))]);
  },
};

interface Lease extends StoredObject {
  readonly spec?: { readonly renewTime?: string };
}

/** Of the nodes that are ready: another one does not renew its Lease. */
async function nodeClocks(cluster: Cluster, { server, asked, answered }: Facts["serverClock"]): Promise<readonly NodeClock[]> {
  const [nodes, leases] = await Promise.all([
    cluster.list({ apiVersion: "v1", kind: "Node" }),
    cluster.list({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: "kube-node-lease" }),
  ]);
  const read = Date.now() + server - (asked + answered) / 2;
  const ready = new Set(nodes.filter(isReady).map(({ metadata }) => metadata.name));
  return (leases as readonly Lease[])
    .filter(({ metadata, spec }) => ready.has(metadata.name) && spec?.renewTime !== undefined)
    .map(({ metadata, spec }) => ({ node: metadata.name, renewed: Date.parse(spec?.renewTime ?? ""), read }));
}

export async function readFacts(sources: Sources): Promise<Readings> {
  const begun = new Map<keyof Facts, Promise<unknown>>();
  const get: Get = <K extends keyof Facts>(key: K) => {
    const reading = (begun.get(key) ?? READERS[key](sources, get)) as Promise<Facts[K]>;
    begun.set(key, reading);
    return reading;
  };
  const keys = Object.keys(READERS) as (keyof Facts)[];
  const readings = await Promise.all(keys.map(async (key) => [key, await told(get(key))] as const));
  return Object.fromEntries(readings) as unknown as Readings;
}

async function told<T>(reading: Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (error instanceof Failure) return { unread: whyUnread(error) };
    throw error;
  }
}

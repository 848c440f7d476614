/** Renders a draft as KubeSphere will install it, and derives facts from the objects; the facts are cached by the input. */
import { createHash } from "crypto";
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { targetNamespace } from "../api";
import { archivePieces } from "../chart/archive";
import { byPath, contentOf, sizeOf, type AnyFile } from "../chart/chartFiles";
import type { ChartRenderer, TargetCluster } from "../chart/chartRenderer";
import { broughtCrds, type BroughtCrd } from "./crdChanges";
import type { Draft, Told } from "./draft";
import { resourceFinder } from "../chart/apiResources";
import { rightsFor, type Right } from "./executorRights";
import { factsOf, rulesOf, type ExtensionFacts } from "./extensionFacts";
import { notesOf } from "./extensionNotes";
import { mergeValues, type Values } from "../chart/helmValues";
import { controllerOf } from "../ingress/controllers";
import { ingressNotes } from "../ingress/ingressNotes";
import { withBackendWords, type ToldIngress } from "../ingress/toldIngress";
import { hostsOf } from "./ingressRoutes";
import { releaseOfPart, valuesOfPart } from "./installedParts";
import { goneEntries, type GoneEntry } from "./mountPoints";
import { lastingObjects, type MadeObject } from "./lostObjects";
import { together } from "../parallel";
import { checkTwins } from "../chart/postRendering";
import { readableChart, renderRead, type ReadableChart } from "../chart/readRender";
import { releaseRecord, type ReleaseRecord } from "../chart/releaseRecord";
import { isTest, type RenderedObject } from "../chart/renderedObject";
import { exposedOf, installsOf, isOfBase, renderedPart, type Installing, type PartInstall, type RenderedPart } from "./renderedParts";
import { checkServed } from "./servedKinds";
import { temporaryFolder } from "../chart/temporaryFolder";
import { textsReader } from "../chart/templateTexts";
import { uiOptions, type UiService } from "./ui";
import { asksForUpgrade, asUpgrade } from "../chart/upgradeRender";
import { refuseOutsideSchemas } from "../chart/valuesSchema";
import { awaitedBy, type Awaited } from "./waits";

/** The cached facts of a render; never values, which may be credentials. */
export interface Learnt extends Told {
  /** The size of Helm's record of the release. */
  readonly record: ReleaseRecord;
  /** On the host. */
  readonly awaited: Awaited;
  /** On a member cluster: with the install's config, then with each override in the order of the install. Empty for one for the host only. */
  readonly awaitedOnMembers: readonly Awaited[];
  /** The CRDs of its folders `crds/`, on the host. */
  readonly crds: readonly BroughtCrd[];
  /** The objects that the release has on the host as long as it is installed. */
  readonly made: readonly MadeObject[];
  /** Menu entries that KubeSphere 4.2 has no place for, on the host. */
  readonly goneEntries: readonly GoneEntry[];
  /** Notes for its user, as sentences. */
  readonly notes: readonly string[];
}

/** Cached facts, by the digest of all inputs. */
export interface Memory {
  get(key: string): Promise<Learnt | undefined>;
  put(key: string, learnt: Learnt): Promise<void>;
}

export interface Rendering {
  readonly renderer: ChartRenderer;
  readonly cluster: TargetCluster;
  /** The values that KubeSphere sets for every extension. */
  readonly injected: Values;
  /** The ingress controller, if it needs other annotations than ingress-nginx. Default: unknown */
  readonly ingress?: ToldIngress | undefined;
  /** Default: no cache; everything is rendered anew. */
  readonly memory?: Memory;
}

/** All facts of a render, with the objects themselves, which are not cached. */
export interface Description {
  readonly learnt: Learnt;
  /** Of the release. */
  readonly namespace: string;
  /** The objects of an installation, including hooks. */
  readonly objects: readonly RenderedObject[];
  /** The objects of its agent on each member cluster; empty for an extension for the host only. */
  readonly agentObjects: readonly RenderedObject[];
  /** The rules from which {@link Learnt}'s rules are merged. */
  readonly rights: readonly Right[];
}

/** Raised whenever the same input would give other facts. */
const FORMAT = 18;

/** @throws ConfigurationError if Helm cannot render it, or if it cannot be installed */
export async function learn(draft: Draft, rendering: Rendering, installing?: Installing): Promise<Learnt> {
  draft.checkDependencies(installing?.values ?? {});
  const { renderer, cluster, injected, ingress, memory } = rendering;
  const input = { FORMAT, renderer: renderer.id, cluster, injected, ingress, installing: installing && withoutPaths(installing) };
  const key = memory && digest(JSON.stringify(input), await digestOfFiles(draft));
  const known = key === undefined ? undefined : await memory?.get(key);
  if (known !== undefined) return known;
  const { learnt } = await describe(draft, rendering, installing);
  if (key !== undefined) await memory?.put(key, learnt);
  return learnt;
}

/** The key of the values has no influence on the objects. */
const withoutPaths = ({ namespace, values, overrides = [] }: Installing) => ({
  namespace,
  values,
  overrides: overrides.map((it) => it.values),
});

async function digestOfFiles({ files }: Draft): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...files].sort(byPath)) hash.update(`${file.path}\0${sizeOf(file)}\0`).update(await contentOf(file));
  return hash.digest("hex");
}

const digest = (...parts: readonly string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** Renders without the cache. @throws ConfigurationError as {@link learn} does */
export async function describe(draft: Draft, rendering: Omit<Rendering, "memory">, installing?: Installing): Promise<Description> {
  const { name, wrapped, metadata, source } = draft;
  const namespace = installing?.namespace ?? metadata.namespace ?? targetNamespace(name);
  const config = installing?.values ?? {};
  const folder = await temporaryFolder("render");
  try {
    // Before Helm reads it.
    await refuseOutsideSchemas(draft.files, source);
    const templates = await draft.templates();
    const write = async (files: readonly AnyFile[], as: string): Promise<string> => {
      const chart = join(folder, `${as}.tgz`);
      await writeFile(chart, archivePieces(name, files));
      return chart;
    };
    // The template that makes a render an upgrade has no text.
    const texts = await textsReader(draft.files);
    const [chart, upgrade] = await Promise.all([
      readableChart(draft.files, texts, name, write),
      asksForUpgrade(templates) ? readableChart(asUpgrade(draft.files), texts, `${name}-upgrade`, write) : undefined,
    ]);
    const renderPart = async ({ part, ...how }: PartInstall): Promise<RenderedPart> => {
      const over = mergeValues(rendering.injected, await valuesOfPart(part, draft.files));
      const { cluster, renderer } = rendering;
      const by =
        (of: ReadableChart) =>
        (values: Values, withCrds = true) => {
          const request = { release: releaseOfPart(part, name), namespace, values: mergeValues(values, over), cluster, withCrds };
          return renderRead(of, (archive) => renderer.render({ ...request, chart: archive }));
        };
      return renderedPart(draft, { part, ...how }, { install: by(chart), ...(upgrade !== undefined && { upgrade: by(upgrade) }) });
    };
    const [host, ...agents] = await together(installsOf(draft, installing).map(renderPart));
    if (host === undefined) throw new Error("every extension has a part on the host");
    const parts = [host, ...agents];
    // Values can also disable objects that values enabled.
    const where = Object.keys(config).length === 0 ? source : (installing?.path ?? source);
    for (const { installed, upgraded } of parts) for (const objects of [installed, ...upgraded]) checkTwins(where, objects);
    // The kinds that a member serves are unknown.
    checkServed(
      where,
      host.installed.filter((object) => !isTest(object)),
      rendering.cluster,
    );
    const exposed = await exposedOf(draft, host, config, namespace);
    const [ofBase, own] = wrapped ? partition(host.installed, (object) => isOfBase(object, name)) : [[], host.installed];
    const options = { release: name, namespace, discovered: rendering.cluster.resources, templates };
    const facts = factsOf({ all: parts.flatMap(({ all }) => all), installed: own, exposed }, options);
    const added = rulesOf(rightsFor(ofBase, namespace, resourceFinder([])));
    const chosen = uiOf(draft, facts, config);
    const ui = chosen && { ...chosen, service: withBackendWords(chosen.service, rendering.ingress) };
    // Without a UI the package's base chart makes no objects, unlike the render that lists them.
    const made = ({ installed }: RenderedPart) =>
      installed.filter((object) => !isTest(object) && !(wrapped && ui === undefined && isOfBase(object, name)));
    const [objects, agentObjects] = [made(host), agents.slice(0, 1).flatMap(made)];
    const hasFrontEnd = objects.some(({ kind }) => kind === "JSBundle");
    const { rules, clusterRules } = facts;
    const isOpen = ui === undefined && wrapped !== undefined && wrapped.service === undefined;
    const undecided = isOpen ? uiOptions(objects, namespace) : [];
    const told = { rules, clusterRules, added, ui, undecided, hosts: hostsOf(objects), hasFrontEnd };
    const recorded = { namespace, files: draft.finish(told), config };
    const records = await Promise.all(
      parts.map((part) => releaseRecord({ ...recorded, release: releaseOfPart(part.part, name), objects: made(part) })),
    );
    // Each cluster has its own record.
    const record = records.reduce((largest, it) => (it.bytes > largest.bytes ? it : largest));
    const lasting = lastingObjects([host.installed, ...host.upgraded].flatMap((installed) => made({ ...host, installed })));
    const notes = [...notesOf(draft, told), ...notesOfIngress(objects, wrapped && ui?.service, rendering.ingress)];
    const learnt = {
      ...{ ...told, record, made: lasting, awaited: awaitedBy(objects), crds: broughtCrds(objects) },
      awaitedOnMembers: agents.map((agent) => awaitedBy(made(agent))),
      ...{ goneEntries: goneEntries(objects), notes },
    };
    return { learnt, namespace, objects, agentObjects, rights: facts.rights };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function uiOf({ wrapped }: Draft, { ui }: ExtensionFacts, config: Values): ExtensionFacts["ui"] {
  if (wrapped === undefined) return undefined;
  const stated = (service: UiService, where: string) => ({ service, because: `${where} states it`, isByIngress: false, others: [] });
  const { extSvcName: name, extSvcPort: port = 80 } = (config[wrapped.base] ?? {}) as { extSvcName?: unknown; extSvcPort?: unknown };
  if (typeof name === "string" && name !== "") return stated({ name, port: Number(port) }, "install.config");
  if (wrapped.service === false) return undefined;
  return wrapped.service === undefined ? ui : stated(wrapped.service, "extension.yaml");
}

const notesOfIngress = (objects: readonly RenderedObject[], ui: UiService | undefined, told: ToldIngress | undefined): string[] =>
  told === undefined ? [] : ingressNotes({ objects, ui, className: told.className }, controllerOf(told.controller, told.className));

const partition = <T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] => [
  items.filter(isFirst),
  items.filter((item) => !isFirst(item)),
];

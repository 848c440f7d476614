/** A draft, rendered by Helm as KubeSphere will install it, and what that says of it: learnt once for the same input. */
import { createHash } from "crypto";
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { targetNamespace } from "./api";
import { writeChartArchive } from "./archive";
import { byPath, contentOf, sizeOf, type AnyFile } from "./chartFiles";
import { RenderError, type ChartRenderer, type TargetCluster } from "./chartRenderer";
import { withCrdFolders } from "./crdFolders";
import type { Draft } from "./draft";
import { ConfigurationError } from "./errors";
import { resourceFinder } from "./apiResources";
import { rightsFor, type Right } from "./executorRights";
import { factsOf, rulesOf, type ExtensionFacts } from "./extensionFacts";
import { mergeValues, type Values } from "./helmValues";
import { clashes, hostsOf } from "./ingressRoutes";
import type { Permissions } from "./permissions";
import { checkTwins } from "./postRendering";
import { releaseRecord, type ReleaseRecord } from "./releaseRecord";
import { isTest, type RenderedObject } from "./renderedObject";
import { checkServed } from "./servedKinds";
import { temporaryFolder } from "./temporaryFolder";
import { chooseUi, type UiService } from "./ui";
import { isLookedAt, refuseOutsideSchemas } from "./valuesSchema";
import { awaitedBy, type Awaited } from "./waits";

/** What is kept of a render; nothing of values, which may be credentials. */
export interface Learnt extends Told {
  /** What Helm's record of the release takes. */
  readonly record: ReleaseRecord;
  readonly awaited: Awaited;
}

/** What decides the package. */
export interface Told extends ExtensionFacts {
  /** Of the rights, those that Helm's release and the base chart take, whatever the author's chart takes. */
  readonly added: Permissions;
  /** Hosts of the Ingresses that an install makes. */
  readonly hosts: readonly string[];
  /** Whether an install brings a front end into the console. */
  readonly hasFrontEnd: boolean;
}

/** Learnt things by the digest of all that they depend on. */
export interface Memory {
  get(key: string): Promise<Learnt | undefined>;
  put(key: string, learnt: Learnt): Promise<void>;
}

export interface Rendering {
  readonly renderer: ChartRenderer;
  readonly cluster: TargetCluster;
  /** What KubeSphere sets over the values of every extension. */
  readonly injected: Values;
  /** Default: none; each is rendered anew. */
  readonly memory?: Memory;
}

export interface Installing {
  /** Default: the package's own, else `extension-<name>`. */
  readonly namespace?: string | undefined;
  /** The plan's config. */
  readonly values: Values;
  /** The configuration key of the values, for errors, such as `kubesphere:extensions[0].install.config`. */
  readonly path: string;
}

/** All that a render tells, with the objects themselves; of the values in them nothing is kept. */
export interface Description {
  readonly learnt: Learnt;
  /** Of the release. */
  readonly namespace: string;
  /** What an install makes, hooks included. */
  readonly objects: readonly RenderedObject[];
  /** What {@link Learnt}'s rules are merged of. */
  readonly rights: readonly Right[];
}

/** Raised whenever the same input would teach something else. */
const FORMAT = 6;

/** @throws ConfigurationError for what Helm does not render, and for what cannot be installed */
export async function learn(draft: Draft, rendering: Rendering, installing?: Installing): Promise<Learnt> {
  draft.checkDependencies(installing?.values ?? {});
  const { renderer, cluster, injected, memory } = rendering;
  const input = { FORMAT, renderer: renderer.id, cluster, injected, installing: installing && { ...installing, path: "" } };
  const key = memory && digest(JSON.stringify(input), await digestOfFiles(draft));
  const known = key === undefined ? undefined : await memory?.get(key);
  if (known !== undefined) return known;
  const { learnt } = await describe(draft, rendering, installing);
  if (key !== undefined) await memory?.put(key, learnt);
  return learnt;
}

async function digestOfFiles({ files }: Draft): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...files].sort(byPath)) hash.update(`${file.path}\0${sizeOf(file)}\0`).update(await contentOf(file));
  return hash.digest("hex");
}

const digest = (...parts: readonly string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** Renders, whatever is remembered. @throws ConfigurationError as {@link learn} does */
export async function describe(
  draft: Draft,
  { renderer, cluster, injected }: Omit<Rendering, "memory">,
  installing?: Installing,
): Promise<Description> {
  const { name, wrapped, metadata, source } = draft;
  const namespace = installing?.namespace ?? metadata.namespace ?? targetNamespace(name);
  const folder = await temporaryFolder("render");
  try {
    // Before Helm sees it.
    await refuseOutsideSchemas(await contentsOf(draft.files.filter(({ path }) => isLookedAt(path))), source);
    const chart = join(folder, `${name}.tgz`);
    await writeFile(chart, await writeChartArchive(name, draft.files));
    const render = (values: Values) => renderer.render({ chart, release: name, namespace, values: mergeValues(values, injected), cluster });
    const isPlain = installing === undefined || Object.keys(installing.values).length === 0;
    const [plain, configured] = await Promise.all([attempt(render({})), isPlain ? undefined : attempt(render(installing.values))]);
    // What its author left to be set is no mistake where it is set; what fails both ways is the chart's.
    if (configured instanceof RenderError)
      throw unrenderable(
        plain instanceof RenderError && plain.message === configured.message ? source : (installing?.path ?? source),
        configured,
      );
    if (plain instanceof RenderError && configured === undefined) throw unrenderable(source, plain);
    const installed = await withCrdFolders(configured ?? (plain as readonly RenderedObject[]), draft.files);
    checkClashes(installing?.path ?? source, draft, installed);
    // On the host and on its members KubeSphere installs different charts of such a package: what all of them make is nowhere together.
    if (metadata.installationMode === "HostOnly") {
      // What values brought in they can take away.
      const where = isPlain ? source : installing.path;
      checkTwins(where, installed);
      checkServed(
        where,
        installed.filter((object) => !isTest(object)),
        cluster,
      );
    }
    const { service } = wrapped ?? {};
    const exposed =
      wrapped && service === undefined ? await exposedOf(draft, installed, installing?.values ?? {}, { render, namespace }) : [];
    const [ofBase, own] = wrapped ? partition(installed, (object) => isOfBase(object, name)) : [[], installed];
    const options = { release: name, namespace, discovered: cluster.resources, templates: await draft.templates() };
    const facts = factsOf({ all: [...(plain instanceof RenderError ? [] : [plain]), installed], installed: own, exposed }, options);
    const added = rulesOf(rightsFor(ofBase, namespace, resourceFinder([])));
    const ui = uiOf(draft, facts, installing?.values ?? {});
    // Without a UI the package's base chart makes nothing, other than what was rendered to know its objects.
    const objects = (wrapped && ui === undefined ? own : installed).filter((object) => !isTest(object));
    const hasFrontEnd = objects.some(({ kind }) => kind === "JSBundle");
    const { rules, clusterRules } = facts;
    const told = { rules, clusterRules, added, ui, hosts: hostsOf(objects), hasFrontEnd };
    const config = installing?.values ?? {};
    const record = await releaseRecord({ release: name, namespace, files: draft.finish(told), objects, config });
    return { learnt: { ...told, record, awaited: awaitedBy(objects) }, namespace, objects, rights: facts.rights };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const contentsOf = (files: readonly AnyFile[]) =>
  Promise.all(files.map(async (file) => ({ path: file.path, data: await contentOf(file) })));

/** @returns what was rendered, or why it was not */
const attempt = (work: Promise<readonly RenderedObject[]>): Promise<readonly RenderedObject[] | RenderError> =>
  work.catch((error: unknown) => {
    if (error instanceof RenderError) return error;
    throw error;
  });

/** In Helm's words, told as a mistake of the chart or of the values. */
const unrenderable = (path: string, { message }: RenderError) =>
  new ConfigurationError({
    path,
    given: message,
    allowed: "what Helm renders: KubeSphere installs it by Helm",
    mend: "Set what it asks for under the chart's name in the extension's `install.config`, or mend the chart.",
  });

function uiOf({ wrapped }: Draft, { ui }: ExtensionFacts, config: Values): ExtensionFacts["ui"] {
  if (wrapped === undefined) return undefined;
  const stated = (service: UiService, where: string) => ({ service, because: `${where} states it`, isByIngress: false, others: [] });
  const { extSvcName: name, extSvcPort: port = 80 } = (config[wrapped.base] ?? {}) as { extSvcName?: unknown; extSvcPort?: unknown };
  if (typeof name === "string" && name !== "") return stated({ name, port: Number(port) }, "install.config");
  if (wrapped.service === false) return undefined;
  return wrapped.service === undefined ? ui : stated(wrapped.service, "extension.yaml");
}

/** The objects of the base chart, by the names that its templates give them. */
const isOfBase = ({ kind, metadata: { name } }: RenderedObject, release: string): boolean =>
  (kind === "Ingress" && name === `${release}-extension`) ||
  (kind === "JSBundle" && name === `${release}-js`) ||
  (kind === "ConfigMap" && [`${release}-cm-iframe`, `${release}-cm-link`].includes(name));

const partition = <T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] => [
  items.filter(isFirst),
  items.filter((item) => !isFirst(item)),
];

function checkClashes(path: string, { name, wrapped }: Draft, objects: readonly RenderedObject[]): void {
  if (wrapped === undefined) return;
  const [clash] = clashes(objects, (object) => isOfBase(object, name));
  if (clash === undefined) return;
  throw new ConfigurationError({
    path,
    given: `the chart's own Ingress ${clash.name} for ${clash.host}${clash.path}`,
    allowed: "one Ingress for each host and path, and the package adds one for the extension's address",
    mend: `\`${wrapped.base}: {extIngress: false}\` in the extension's \`install.config\` leaves the address to the chart's own.`,
  });
}

/** What is rendered with the chart's own Ingress switched on, where that could tell more than is known. */
async function exposedOf(
  { name, wrapped }: Draft,
  installed: readonly RenderedObject[],
  config: Values,
  { render, namespace }: { readonly render: (values: Values) => Promise<readonly RenderedObject[]>; readonly namespace: string },
): Promise<readonly RenderedObject[]> {
  if (wrapped === undefined) return [];
  const known = chooseUi(
    installed.filter((object) => !isOfBase(object, name)),
    [],
    { release: name, namespace },
  );
  const isTold = known !== undefined && (known.others.length === 0 || known.isByIngress);
  const switched = isTold ? undefined : switchedOn(wrapped.values);
  if (switched === undefined) return [];
  // A guess: where the chart asks for more than the switch, it tells nothing.
  const guessed = await attempt(render(mergeValues(config, { [wrapped.chart]: switched })));
  return guessed instanceof RenderError ? [] : guessed;
}

/** The values that switch a chart's Ingress on: `ingress.enabled`, at the root or below one key, as by Helm's custom. */
function switchedOn(values: Values): Values | undefined {
  const isSwitch = (value: unknown) => (value as { ingress?: { enabled?: unknown } } | null | undefined)?.ingress?.enabled === false;
  const on = { ingress: { enabled: true } };
  if (isSwitch(values)) return on;
  const within = Object.entries(values).filter(([, value]) => isSwitch(value));
  return within.length === 0 ? undefined : Object.fromEntries(within.map(([key]) => [key, on]));
}

/** An extension's parts as Helm renders them: what a part is given, and what that makes or fails for. */
import { RenderError } from "../chart/chartRenderer";
import { withCrdFolders } from "../chart/crdFolders";
import type { Draft } from "./draft";
import { ConfigurationError } from "../errors";
import { mergeValues, type Values } from "../chart/helmValues";
import { clashes } from "./ingressRoutes";
import { partsOf, type Part } from "./installedParts";
import { together } from "../parallel";
import type { RenderedObject } from "../chart/renderedObject";
import { chooseUi } from "./ui";

export interface Installing {
  /** Default: the package's own, else `extension-<name>`. */
  readonly namespace?: string | undefined;
  /** The plan's config. */
  readonly values: Values;
  /** The configuration key of the values, for errors, such as `kubesphere:extensions[0].install.config`. */
  readonly path: string;
  /** What members get on top of the values, each with its own key. Default: none */
  readonly overrides?: readonly { readonly values: Values; readonly path: string }[];
}

export interface PartInstall {
  readonly part: Part;
  /** Undefined: with the package's own values. */
  readonly installing: Installing | undefined;
}

/** On the host, on a member, and on each member that gets values of its own. */
export const installsOf = ({ metadata }: Draft, installing: Installing | undefined): PartInstall[] =>
  partsOf(metadata).flatMap((part) => [
    { part, installing },
    ...(part === "agent" ? (installing?.overrides ?? []) : []).map(({ values, path }) => ({
      part,
      installing: { ...installing, values: mergeValues(installing?.values ?? {}, values), path },
    })),
  ]);

/** @param withCrds see {@link ./chartRenderer.RenderRequest} */
type Render = (values: Values, withCrds?: boolean) => Promise<readonly RenderedObject[]>;

export interface Renders {
  readonly install: Render;
  /** Default: an upgrade makes what an install makes. */
  readonly upgrade?: Render;
}

export interface RenderedPart {
  readonly part: Part;
  /** As a first install. */
  readonly render: Render;
  /** With the package's own values, where Helm takes them, as installed, and as an upgrade makes it anew. */
  readonly all: readonly (readonly RenderedObject[])[];
  readonly installed: readonly RenderedObject[];
  /** One, as an upgrade makes it, where that may be something else; without what stands in folders `crds/`. */
  readonly upgraded: readonly (readonly RenderedObject[])[];
}

/** @throws ConfigurationError for what Helm does not render */
export async function renderedPart(draft: Draft, { part, installing }: PartInstall, renders: Renders): Promise<RenderedPart> {
  const { source, files } = draft;
  const { install: render, upgrade } = renders;
  const values = installing?.values ?? {};
  const isPlain = Object.keys(values).length === 0;
  const [plain, configured, upgraded] = await together([
    attempt(render({})),
    isPlain ? undefined : attempt(render(values)),
    // Of what stands in crds/ Helm makes nothing in an upgrade.
    upgrade && attempt(upgrade(values, false)),
  ]);
  // What its author left to be set is no mistake where it is set; what fails both ways is the chart's.
  if (configured instanceof RenderError)
    throw unrenderable(
      plain instanceof RenderError && plain.message === configured.message ? source : (installing?.path ?? source),
      part,
      configured,
    );
  if (plain instanceof RenderError && configured === undefined) throw unrenderable(source, part, plain);
  const installed = await withCrdFolders(configured ?? (plain as readonly RenderedObject[]), files);
  checkClashes(installing?.path ?? source, draft, installed);
  // Some charts take no upgrade without what only the cluster has, such as the password that an install has made up.
  const byUpgrade = upgraded === undefined || upgraded instanceof RenderError ? [] : [upgraded];
  const byItself = plain instanceof RenderError ? [] : [plain];
  return { part, render, all: [...byItself, ...byUpgrade, installed], installed, upgraded: byUpgrade };
}

/** @returns what was rendered, or why it was not */
const attempt = (work: Promise<readonly RenderedObject[]>): Promise<readonly RenderedObject[] | RenderError> =>
  work.catch((error: unknown) => {
    if (error instanceof RenderError) return error;
    throw error;
  });

/** In Helm's words, told as a mistake of the chart or of the values. */
const unrenderable = (path: string, part: Part, { message }: RenderError) =>
  new ConfigurationError({
    path,
    given: part === "agent" ? `on a member cluster: ${message}` : message,
    allowed: "what Helm renders: KubeSphere installs it by Helm",
    mend: "Set what it asks for under the chart's name in the extension's `install.config`, or mend the chart.",
  });

/** The objects of the base chart, by the names that its templates give them. */
export const isOfBase = ({ kind, metadata: { name } }: RenderedObject, release: string): boolean =>
  (kind === "Ingress" && name === `${release}-extension`) ||
  (kind === "JSBundle" && name === `${release}-js`) ||
  (kind === "ConfigMap" && [`${release}-cm-iframe`, `${release}-cm-link`].includes(name));

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
export async function exposedOf(
  { name, wrapped }: Draft,
  { installed, render }: RenderedPart,
  config: Values,
  namespace: string,
): Promise<readonly RenderedObject[]> {
  if (wrapped === undefined || wrapped.service !== undefined) return [];
  const known = chooseUi(
    installed.filter((object) => !isOfBase(object, name)),
    [],
    { release: name, namespace },
  );
  const isTold = known !== undefined && (known.others.length === 0 || known.isByIngress);
  const switched = isTold ? undefined : switchedOn(wrapped.values);
  if (switched === undefined) return [];
  // A guess: where the chart asks for more than the switch, it tells nothing.
  const guessed = await attempt(render(mergeValues(config, { [wrapped.chart]: switched }), false));
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

/** Renders an extension's parts with Helm: the input of a part, and its objects or the reason of a failure. */
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
  /** Additional values of single members, each with its own key. Default: none */
  readonly overrides?: readonly { readonly values: Values; readonly path: string }[];
}

export interface PartInstall {
  readonly part: Part;
  /** Undefined for the package's own values. */
  readonly installing: Installing | undefined;
}

/** For the host, for a member, and for each member with its own values. */
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
  /** Default: an upgrade makes the same objects as an installation. */
  readonly upgrade?: Render;
}

export interface RenderedPart {
  readonly part: Part;
  /** A first installation. */
  readonly render: Render;
  /** The renders with the package's own values, if Helm accepts them, with the values of the installation, and as an upgrade. */
  readonly all: readonly (readonly RenderedObject[])[];
  readonly installed: readonly RenderedObject[];
  /** One part as an upgrade, if that may differ; without the objects of folders `crds/`. */
  readonly upgraded: readonly (readonly RenderedObject[])[];
}

/** @throws ConfigurationError if Helm cannot render it */
export async function renderedPart(draft: Draft, { part, installing }: PartInstall, renders: Renders): Promise<RenderedPart> {
  const { source, files } = draft;
  const { install: render, upgrade } = renders;
  const values = installing?.values ?? {};
  const isPlain = Object.keys(values).length === 0;
  const [plain, configured, upgraded] = await together([
    attempt(render({})),
    isPlain ? undefined : attempt(render(values)),
    // In an upgrade, Helm makes no objects of crds/.
    upgrade && attempt(upgrade(values, false)),
  ]);
  // A value that its author left open is no mistake if the install sets it; a failure with and without it is the chart's.
  if (configured instanceof RenderError)
    throw unrenderable(
      plain instanceof RenderError && plain.message === configured.message ? source : (installing?.path ?? source),
      part,
      configured,
    );
  if (plain instanceof RenderError && configured === undefined) throw unrenderable(source, part, plain);
  const installed = await withCrdFolders(configured ?? (plain as readonly RenderedObject[]), files);
  checkClashes(installing?.path ?? source, draft, installed);
  // Some charts cannot be rendered as an upgrade without data of the cluster, such as a password that the installation generated.
  const byUpgrade = upgraded === undefined || upgraded instanceof RenderError ? [] : [upgraded];
  const byItself = plain instanceof RenderError ? [] : [plain];
  return { part, render, all: [...byItself, ...byUpgrade, installed], installed, upgraded: byUpgrade };
}

/** @returns the rendered objects, or the reason of the failure */
const attempt = (work: Promise<readonly RenderedObject[]>): Promise<readonly RenderedObject[] | RenderError> =>
  work.catch((error: unknown) => {
    if (error instanceof RenderError) return error;
    throw error;
  });

/** Helm's message, as a mistake of the chart or of the values. */
const unrenderable = (path: string, part: Part, { message }: RenderError) =>
  new ConfigurationError({
    path,
    given: part === "agent" ? `on a member cluster: ${message}` : message,
    allowed: "what Helm renders: KubeSphere installs it by Helm",
    mend: "Set what it asks for under the chart's name in the extension's `install.config`, or mend the chart.",
  });

/** The objects of the base chart, by the names in its templates. */
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

/** The objects with the chart's own Ingress switched on, if that could tell more. */
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
  // A guess: if the chart needs more than the switch, the result is empty.
  const guessed = await attempt(render(mergeValues(config, { [wrapped.chart]: switched }), false));
  return guessed instanceof RenderError ? [] : guessed;
}

/** The values that switch a chart's Ingress on: by Helm's convention `ingress.enabled`, at the root or below one key. */
function switchedOn(values: Values): Values | undefined {
  const isSwitch = (value: unknown) => (value as { ingress?: { enabled?: unknown } } | null | undefined)?.ingress?.enabled === false;
  const on = { ingress: { enabled: true } };
  if (isSwitch(values)) return on;
  const within = Object.entries(values).filter(([, value]) => isSwitch(value));
  return within.length === 0 ? undefined : Object.fromEntries(within.map(([key]) => [key, on]));
}

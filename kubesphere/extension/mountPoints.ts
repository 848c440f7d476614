/**
 * Where the console hangs an extension's menu entries, and which of those places KubeSphere 4.2 no longer has (its guide for extension authors,
 * the page on the way from 4.1 to 4.2: known from documents).
 */
import { fieldAt, groupOf, nameOf, recordsAt, textAt, type RenderedObject } from "../chart/renderedObject";

/** The places that are gone in 4.2, and what its guide has authors take instead. */
export const GONE_IN_42 = { topbar: "global", project: "workspace" } as const;
export type GonePlace = keyof typeof GONE_IN_42;

/** An entry at a place that 4.2 does not have. */
export interface GoneEntry {
  readonly place: GonePlace;
  /** The object that says so, such as `ExtensionEntry shop`. */
  readonly by: string;
  /** The template that the object comes from. */
  readonly templateFile?: string | undefined;
}

/** As a bundle's JavaScript or JSON has it, minified or not. */
const IN_BUNDLE = /\bparent["']?\s*:\s*["'`](topbar|project)(?=[./"'`])/g;

/** @returns entries of ExtensionEntries, and of the menus that bundles register; of an extension with both the console shows those of the former alone */
export function goneEntries(objects: readonly RenderedObject[]): GoneEntry[] {
  const ofEntries = objects.filter(isOf("ExtensionEntry")).flatMap((object) =>
    recordsAt(object, "spec", "entries").flatMap((entry) => {
      const place = gonePlace(textAt(entry, "parent"));
      return place === undefined ? [] : [entryOf(object, place)];
    }),
  );
  const hasEntries = objects.some(isOf("ExtensionEntry"));
  const ofBundles = hasEntries ? [] : objects.filter(isOf("JSBundle")).flatMap((bundle) => placesIn(bundle, objects));
  return [...new Map([...ofEntries, ...ofBundles].map((it) => [`${it.by} ${it.place}`, it])).values()];
}

const isOf =
  (wanted: string) =>
  ({ apiVersion, kind }: RenderedObject): boolean =>
    kind === wanted && groupOf(apiVersion) === "extensions.kubesphere.io";

const entryOf = (object: RenderedObject, place: GonePlace): GoneEntry => ({
  place,
  by: nameOf(object),
  ...(object.templateFile !== undefined && { templateFile: object.templateFile }),
});

/** A place has places within it, as in `project.workloads`. */
function gonePlace(parent = ""): GonePlace | undefined {
  const [first = ""] = parent.split(/[./]/);
  return Object.hasOwn(GONE_IN_42, first) ? (first as GonePlace) : undefined;
}

/** Of a bundle within the package; one that a Service serves is not at hand. */
function placesIn(bundle: RenderedObject, objects: readonly RenderedObject[]): GoneEntry[] {
  const reference = fieldAt(bundle, "spec", "rawFrom", "configMapKeyRef");
  const map = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === textAt(reference, "name"));
  const key = textAt(reference, "key") ?? "";
  const raw = textAt(bundle, "spec", "raw");
  const texts = [textAt(map, "data", key), raw === undefined ? undefined : Buffer.from(raw, "base64").toString()];
  return texts.flatMap((text = "") => [...text.matchAll(IN_BUNDLE)].map(([, place]) => entryOf(bundle, place as GonePlace)));
}

const FORGE = "frontend-forge.kubesphere.io";

/** FrontendIntegrations: no kind of ks-core's, but of the extension Frontend Forge, which builds a bundle of each (known from documents). */
export const frontendIntegrations = (objects: readonly RenderedObject[]): readonly RenderedObject[] =>
  objects.filter(({ apiVersion, kind }) => kind === "FrontendIntegration" && groupOf(apiVersion) === FORGE);

/** Where a FrontendIntegration's menus may be. */
export const PLACEMENTS = ["cluster", "workspace", "global"] as const;

/** @returns the placements that Frontend Forge does not know */
export const wrongPlacements = (integration: RenderedObject): string[] =>
  recordsAt(integration, "spec", "menus").flatMap((menu) => {
    const placement = textAt(menu, "placement");
    return placement === undefined || (PLACEMENTS as readonly string[]).includes(placement) ? [] : [placement];
  });

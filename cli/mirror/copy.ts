/** Copies into a folder and into a registry: only what is missing or differs, and each thing verified by its digest. */
import { join, resolve } from "path";
import { chartFile } from "./charts";
import { isLayoutOf, type Crane } from "./crane";
import { holds, put, writeContents, type Contents, type StoredFile, type StoredImage } from "./folder";
import type { Image, ListOptions, Needs } from "./list";
import { fillCache, missingFrom } from "./npm";
import { pluginFile } from "./plugins";
import { folderOf, parseReference, referenceText, targetIn, type Reference } from "./reference";
import { Failure } from "../shared/command";
import { maskUrls } from "../shared/urls";

export interface Copied {
  readonly what: string;
  /** A path, or a reference. */
  readonly to: string;
  /** `there`: it was, whole and the same. */
  readonly state: "copied" | "there";
}

/** What telling, and carrying on after a problem, takes. */
type Telling = Pick<ListOptions, "now" | "problems">;

/** @param folder absolute @returns what is whole in the folder afterwards */
export async function copyToFolder(
  { charts, images, plugins, packages }: Needs,
  folder: string,
  options: Telling & Pick<ListOptions, "checkout" | "platform" | "imagePlatform" | "crane">,
): Promise<{ readonly copied: readonly Copied[]; readonly contents: Contents }> {
  const copied: Copied[] = [];
  const file = async (what: string, path: string, { digest, file: source }: { digest: string; file: string }) => {
    const to = join(folder, path);
    const state = (await holds(to, digest)) ? "there" : "copied";
    if (state === "copied") await put(source, to, digest);
    copied.push({ what, to, state });
  };
  const kept: { charts: StoredFile[]; images: StoredImage[]; plugins: StoredFile[] } = { charts: [], images: [], plugins: [] };
  for (const chart of charts)
    await options.problems.attempt({ kind: "chart", name: `${chart.name} ${chart.version}` }, async () => {
      const { name, version, from, digest } = chart;
      await file(`chart ${name} ${version}`, chartFile(chart), chart);
      kept.charts.push({ name, version, from, digest, file: chartFile(chart) });
    });
  for (const plugin of plugins)
    await options.problems.attempt({ kind: "plugin", name: `${plugin.name} ${plugin.version}` }, async () => {
      const { name, version, url, digest } = plugin;
      await file(`plugin ${name} ${version}`, pluginFile(plugin), plugin);
      kept.plugins.push({ name, version, from: maskUrls(url), digest, file: pluginFile(plugin) });
    });
  for (const { reference, from, digest } of images) {
    const image = referenceText(reference);
    const to = `images/${folderOf(reference)}`;
    await options.problems.attempt(
      { kind: "image", name: image },
      async () => {
        copied.push(await pulled({ image, from, digest, to: join(folder, to) }, options));
        kept.images.push({ image, digest, folder: to });
      },
      (reason) => `the image ${image} cannot be copied from ${from}: ${reason}`,
    );
  }
  const npm = { folder: "npm", packages };
  const cache = await options.problems.attempt(
    { kind: "npm", mend: "`npm config get registry` says where npm asks" },
    async (): Promise<Copied> => {
      const to = join(folder, npm.folder);
      const isThere = (await missingFrom(to, packages)).length === 0;
      options.now(`fetching ${packages.length} npm packages`);
      if (!isThere) await fillCache(options.checkout, to, packages, options.platform);
      return { what: `${packages.length} npm packages`, to, state: isThere ? "there" : "copied" };
    },
  );
  const contents = { ...kept, ...(cache && { npm }) };
  await writeContents(folder, contents);
  return { copied: [...copied, ...(cache ? [cache] : [])], contents };
}

async function pulled(
  { image, from, digest, to }: { readonly image: string; readonly from: string; readonly digest: string; readonly to: string },
  { now, imagePlatform, crane }: Telling & Pick<ListOptions, "imagePlatform" | "crane">,
): Promise<Copied> {
  const isThere = await isLayoutOf(to, digest);
  now(`copying ${image}`);
  if (!isThere) await (await crane()).pull(from, to, digest, imagePlatform);
  return { what: `image ${image}`, to, state: isThere ? "there" : "copied" };
}

/** From the registries that the images are in. */
export const copyToRegistry = (
  images: readonly Image[],
  registry: string,
  options: Telling & Pick<ListOptions, "imagePlatform" | "crane">,
) => eachIn(registry, images, options, (crane, { from }, target) => crane.copy(from, target, options.imagePlatform));

/** From a folder that {@link copyToFolder} has filled. */
export const pushFolder = (folder: string, { images }: Contents, registry: string, options: Telling & Pick<ListOptions, "crane">) =>
  eachIn(
    registry,
    images.map((it) => ({ ...it, reference: parseReference(it.image) as Reference })),
    options,
    (crane, it, target) => crane.push(resolve(folder, it.folder), target),
  );

async function eachIn<I extends { readonly reference: Reference; readonly digest: string }>(
  registry: string,
  images: readonly I[],
  options: Telling & Pick<ListOptions, "crane">,
  copy: (crane: Crane, image: I, target: string) => Promise<void>,
): Promise<readonly Copied[]> {
  const copied: Copied[] = [];
  if (images.length === 0) return copied;
  const crane = await options.crane();
  for (const image of images) {
    const what = `image ${referenceText(image.reference)}`;
    const to = targetIn(registry, image.reference);
    const held = () => crane.digest(to, undefined);
    await options.problems.attempt(
      { kind: "image", name: referenceText(image.reference), mend: "`crane auth login REGISTRY` logs in" },
      async () => {
        const isThere = (await held().catch(() => undefined)) === image.digest;
        options.now(`copying ${what} to ${to}`);
        if (!isThere) {
          await copy(crane, image, to);
          if ((await held()) !== image.digest) throw new Failure(`${to} is not ${image.digest}`);
        }
        copied.push({ what, to, state: isThere ? "there" : "copied" });
      },
      (reason) => `the ${what} cannot be put into ${registry}: ${reason}`,
    );
  }
  return copied;
}

/** What is damaged or gone, of what the folder says that it holds. */
export async function damageIn(folder: string, { charts, images, plugins, npm }: Contents): Promise<readonly string[]> {
  const files = [...charts, ...plugins].map(async ({ file, digest }) => ((await holds(join(folder, file), digest)) ? [] : [file]));
  const layouts = images.map(async (it) => ((await isLayoutOf(join(folder, it.folder), it.digest)) ? [] : [it.folder]));
  const isWhole = npm === undefined || (await missingFrom(join(folder, npm.folder), npm.packages)).length === 0;
  return [...(await Promise.all([...files, ...layouts])).flat(), ...(isWhole ? [] : [npm.folder])];
}

/** The provider plugins that the installed SDKs ask the engine for. */
import { createWriteStream } from "fs";
import { join } from "path";
import { pipeline } from "stream/promises";
import { fetchWithin } from "../../kubesphere/chart/fetchWithin";
import { pluginNames } from "../../sandbox/src/plugins";
import { pluginVersion } from "../../sandbox/src/versions";
import { Failure } from "../shared/command";
import { fileNameOf } from "../shared/fileName";
import { maskUrls } from "../shared/urls";

export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  /** The name that the engine asks for. */
  readonly archive: string;
}

/** In the folder of a mirror. */
export const pluginFile = ({ archive }: Pick<Plugin, "archive">) => `plugins/${fileNameOf([archive])}`;

const RELEASES = "https://get.pulumi.com/releases/plugins";

/**
 * @param platform such as `linux/amd64`
 * @param overrides as Pulumi itself takes them from $PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `regexp=URL`, with commas between
 */
export const pluginsOf = (checkout: string, platform: string, overrides: string): readonly Plugin[] =>
  pluginNames.map((name) => {
    const version = pluginVersion(checkout, name);
    const archive = `pulumi-resource-${name}-v${version}-${platform.replace("/", "-")}.tar.gz`;
    return { name, version, url: `${placeOf(name, overrides)}/${archive}`, archive };
  });

/** The engine looks at GitHub first, then at its own site: a pattern may mean either. */
function placeOf(name: string, overrides: string): string {
  for (const pair of overrides.split(",").filter(Boolean)) {
    const [pattern = "", url = ""] = pair.split("=");
    const places = [`github://api.github.com/pulumi/pulumi-${name}`, RELEASES];
    if (places.some((place) => new RegExp(pattern).test(place))) return url.replace(/\/$/, "");
  }
  return RELEASES;
}

/** In bytes, and milliseconds: the largest plugin has some 60 MB. */
const LIMITS = { size: 1024 * 1024 * 1024, time: 15 * 60 * 1000 };

/** @returns the file @throws Failure when it cannot be had; a part of it may be in the folder then */
export async function fetchPlugin({ name, version, url, archive }: Plugin, folder: string, limits = LIMITS): Promise<string> {
  const failure = (reason: string) => new Failure(maskUrls(`the plugin ${name} ${version} cannot be had from ${url}: ${reason}`));
  const file = join(folder, archive);
  const signal = AbortSignal.timeout(limits.time);
  try {
    const response = await fetchWithin(url, { signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw failure(`HTTP ${response.status}`);
    }
    await pipeline(response.body, (chunks: AsyncIterable<Uint8Array>) => limited(chunks, limits.size), createWriteStream(file), { signal });
    return file;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw failure(signal.aborted ? `it took longer than ${limits.time / 1000} s` : (error as Error).message);
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > most) throw new Error(`it is larger than ${most} bytes`);
    yield chunk;
  }
}

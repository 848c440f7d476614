/** The provider plugins that the installed SDKs ask the engine for. */
import { createWriteStream } from "fs";
import { join } from "path";
import { pipeline } from "stream/promises";
import { fetchWithin } from "../../kubesphere/fetchWithin";
import { pluginNames } from "../../sandbox/src/plugins";
import { pluginVersion } from "../../sandbox/src/versions";
import { Failure } from "../shared/command";

export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  /** The name that the engine asks for. */
  readonly archive: string;
}

/** In the folder of a mirror. */
export const pluginFile = ({ archive }: Pick<Plugin, "archive">) => `plugins/${archive}`;

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

/** @returns the file @throws Failure when it cannot be had; a part of it may be in the folder then */
export async function fetchPlugin({ name, version, url, archive }: Plugin, folder: string): Promise<string> {
  const failure = (reason: string) => new Failure(`the plugin ${name} ${version} cannot be had from ${url}: ${reason}`);
  const file = join(folder, archive);
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetchWithin(url, { signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw failure(`HTTP ${response.status}`);
    }
    await pipeline(response.body, (chunks: AsyncIterable<Uint8Array>) => limited(chunks), createWriteStream(file), { signal });
    return file;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw failure((error as Error).message);
  }
}

/** In milliseconds, and bytes: the largest plugin has some 60 MB. */
const TIMEOUT_MS = 15 * 60 * 1000;
const MAX_SIZE = 1024 * 1024 * 1024;

async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_SIZE) throw new Error(`it is larger than ${MAX_SIZE} bytes`);
    yield chunk;
  }
}

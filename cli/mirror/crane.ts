/** Images between registries and folders, by crane. */
import { mkdir, readdir, rename, rm } from "fs/promises";
import { dirname, join } from "path";
import { sharedPaths } from "../../sandbox/src/paths";
import { run } from "../../sandbox/src/processes";
import { Failure as ToolFailure } from "../../sandbox/src/report";
import { getTools } from "../../sandbox/src/tools";
import { crane as tool } from "../../sandbox/src/tools/catalogue";
import { Failure } from "../shared/command";
import { existing } from "../shared/files";
import { digestOfFile } from "./folder";

/** From PATH, else got as the sandbox gets its tools. @throws Failure with what was tried */
export async function findCrane(checkout: string, cache: string): Promise<Crane> {
  try {
    const { paths } = await getTools(sharedPaths({ checkout, cache, bundle: "" }), [tool]);
    return new Crane(paths["crane"] ?? "");
  } catch (error) {
    throw error instanceof ToolFailure ? new Failure(error.message) : error;
  }
}

export class Crane {
  constructor(private readonly executable: string) {}

  /**
   * @param platform such as `linux/amd64`. Default: all that there are, by the digest of their list
   * @returns `sha256:<hex>`
   * @throws Failure with crane's words
   */
  async digest(image: string, platform: string | undefined): Promise<string> {
    return (await this.run(["digest", image], platform)).trim();
  }

  /** @throws Failure */
  async copy(image: string, target: string, platform: string | undefined): Promise<void> {
    await this.run(["copy", image, target], platform);
  }

  /** @param folder of an OCI layout @throws Failure */
  async push(folder: string, target: string): Promise<void> {
    await this.run(["push", folder, target], undefined);
  }

  /** Into an OCI layout, which is there once it is whole. @throws Failure */
  async pull(image: string, folder: string, digest: string, platform: string | undefined): Promise<void> {
    const temporary = `${folder}.new`;
    try {
      await rm(temporary, { recursive: true, force: true });
      await mkdir(dirname(folder), { recursive: true });
      await this.run(["pull", "--format", "oci", image, temporary], platform);
      if (!(await isLayoutOf(temporary, digest))) throw new Failure(`what came is not ${digest}`);
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  private async run(args: readonly string[], platform: string | undefined): Promise<string> {
    const { code, stdout, stderr } = await run(this.executable, [...args, ...(platform === undefined ? [] : ["--platform", platform])]);
    if (code !== 0) throw new Failure(/^Error: ([^]*)/m.exec(stderr)?.[1]?.trim() ?? stderr.trim());
    return stdout;
  }
}

/** Whether a folder is the layout of that one image, and every blob in it is what its name says. */
export async function isLayoutOf(folder: string, digest: string): Promise<boolean> {
  const index = await existing(join(folder, "index.json"));
  if (index === undefined || digestsIn(index).join() !== digest) return false;
  const blobs = join(folder, "blobs", "sha256");
  const names = await readdir(blobs).catch(() => []);
  for (const name of names) if ((await digestOfFile(join(blobs, name))) !== `sha256:${name}`) return false;
  return isClosed(blobs, digest);
}

const digestsIn = (text: Buffer): string[] => {
  const { manifests = [] } = JSON.parse(text.toString()) as { manifests?: readonly { digest: string }[] };
  return manifests.map(({ digest }) => digest);
};

/** Of a manifest, or of a list of manifests. */
interface Manifest {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly config?: { readonly digest: string };
  /** One with addresses may be fetched from there only, which its licence then asks for. */
  readonly layers?: readonly { readonly digest: string; readonly urls?: readonly string[] }[];
}

/** Whether all is there that a manifest names, and that these name. */
async function isClosed(blobs: string, digest: string): Promise<boolean> {
  const fileOf = (of: string) => join(blobs, of.replace(/^sha256:/, ""));
  const text = await existing(fileOf(digest));
  if (text === undefined) return false;
  const { manifests = [], config, layers = [] } = JSON.parse(text.toString()) as Manifest;
  for (const it of manifests) if (!(await isClosed(blobs, it.digest))) return false;
  const names = new Set(await readdir(blobs));
  const parts = [...(config ? [config] : []), ...layers.filter(({ urls = [] }) => urls.length === 0)];
  return parts.every((part) => names.has(part.digest.replace(/^sha256:/, "")));
}

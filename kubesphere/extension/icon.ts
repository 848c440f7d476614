/** The icon that the Marketplace shows: a file, which becomes a data: URI, or an address that the browser fetches. */
import { extname } from "path";
import { type ChartFile } from "../chart/chart";
import { fileOf, type FileTree } from "../chart/fileTree";
import { ConfigurationError } from "../errors";

/** In bytes. Extension and ExtensionVersion contain the icon, a third longer, and etcd accepts objects of 1.5 MiB. */
const MAX_ICON_SIZE = 700 * 1024;
const MEDIA_TYPES: Record<string, string> = {
  ".gif": "image/gif",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

/** Whether it is an address and not the path of a file. */
export const isAddress = (text: string): boolean => /^(?:data:|https?:\/\/)/.test(text);

export interface Icon {
  /** A data: URI or a URL. */
  readonly icon: string;
  readonly iconFile?: ChartFile;
}

/**
 * @param wanted as extension.yaml or Chart.yaml has it
 * @throws ConfigurationError if it does not exist, is empty or too large, or is not an image.
 */
export function resolveIcon(tree: FileTree, wanted: string): Icon {
  if (!isAddress(wanted)) {
    const iconFile = fileBeside(tree, "icon", wanted);
    return { icon: dataUri(tree.source, iconFile), iconFile };
  }
  if (!wanted.startsWith("data:")) return { icon: wanted };
  const path = `${tree.source}: icon`;
  if (!/^data:image\/[\w.+-]+[;,]./.test(wanted))
    throw new ConfigurationError({ path, given: wanted.slice(0, 40), allowed: "data:image/…", mend: "Name a file or a URL instead." });
  // Base64 makes four characters of three bytes.
  checkSize(path, Math.floor((wanted.length * 3) / 4));
  return { icon: wanted };
}

function dataUri(source: string, { path, data }: ChartFile): string {
  const type = MEDIA_TYPES[extname(path).toLowerCase()];
  if (type === undefined)
    throw new ConfigurationError({
      path: `${source}/${path}`,
      given: extname(path),
      allowed: Object.keys(MEDIA_TYPES).join(", "),
      mend: "Convert the icon.",
    });
  checkSize(`${source}/${path}`, data.length);
  return `data:${type};base64,${Buffer.from(data).toString("base64")}`;
}

function checkSize(path: string, size: number): void {
  if (size > 0 && size <= MAX_ICON_SIZE) return;
  const mend = size === 0 ? "The file is empty." : "Make the icon smaller.";
  throw new ConfigurationError({ path, given: `${size} bytes`, allowed: `icons of at most ${MAX_ICON_SIZE} bytes`, mend });
}

/** @param key the key of extension.yaml that names the file */
export function fileBeside({ source, files }: FileTree, key: string, path: string): ChartFile {
  const file = fileOf(files, path.replace(/^\.\//, ""));
  if (file !== undefined) return file;
  throw new ConfigurationError({
    path: `${source}/extension.yaml: ${key}`,
    given: path,
    allowed: "a file beside it, a data: URI or an http(s) URL",
    mend: "Put the file there, or see whether .helmignore leaves it out.",
  });
}

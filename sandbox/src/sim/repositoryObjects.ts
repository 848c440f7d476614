/** What a Repository makes of a version in its index: the ExtensionVersion, and the Extension of an extension's highest. */
import { extname } from "node:path";
import { rcompare, valid } from "semver";
import { CORE_API, extensionVersionName, label } from "../../../kubesphere/api";
import type { IndexEntry } from "./helmRepository.js";
import type { Repository } from "./objects.js";
import { timestamp } from "./planStatus.js";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";

/** What an author's extension.yaml says; the API server drops the keys that an ExtensionVersion does not have. */
interface AuthorsFile {
  version?: string;
  category?: string;
  icon?: string;
  [key: string]: unknown;
}

export interface Published {
  name: string;
  labels: Record<string, string>;
  spec: AuthorsFile;
}

const MEDIA_TYPES: Record<string, string> = { ".svg": "image/svg+xml", ".jpg": "image/jpeg" };

/** An index may name its charts relative to itself. */
const chartUrl = (repository: string, url: string) => (URL.canParse(url) ? url : `${repository}/${url}`);

/**
 * @param files of the extension's package
 * @returns undefined for a chart that is no extension
 */
export function publishedVersion(
  { metadata, spec }: Repository,
  extension: string,
  entry: IndexEntry,
  files: ReadonlyMap<string, Buffer>,
): Published | undefined {
  const [author] = readYaml(files.get("extension.yaml")?.toString() ?? "") as AuthorsFile[];
  if (!author) return undefined;
  const version = author.version ?? "";
  return {
    name: extensionVersionName(extension, version),
    labels: {
      [label.repositoryRef]: metadata.name,
      [label.extensionRef]: extension,
      ...(author.category && { [label.category]: author.category }),
    },
    spec: {
      ...author,
      ...(author.icon && { icon: inlined(author.icon, files) }),
      ...(entry.created && { created: timestamp(new Date(entry.created)) }),
      ...(entry.digest && { digest: entry.digest }),
      repository: metadata.name,
      chartURL: chartUrl(spec.url ?? "", entry.urls?.[0] ?? ""),
    },
  };
}

function inlined(icon: string, files: ReadonlyMap<string, Buffer>): string {
  const data = /^(?:https?:\/\/|data:image)/.test(icon) ? undefined : files.get(icon.replace(/^\.\//, ""));
  const extension = extname(icon);
  return data ? `data:${MEDIA_TYPES[extension] ?? `image/${extension.slice(1)}`};base64,${data.toString("base64")}` : icon;
}

/** The Extension shows what its highest version says of itself. */
export function publishedExtension(versions: readonly Published[]): Pick<Published, "labels" | "spec"> | undefined {
  const [highest] = versions
    .filter(({ spec }) => valid(spec.version) !== null)
    .sort((a, b) => rcompare(a.spec.version ?? "", b.spec.version ?? ""));
  if (!highest) return undefined;
  const { displayName, description, icon, provider, created, category } = highest.spec;
  return {
    labels: { [label.repositoryRef]: highest.labels[label.repositoryRef] ?? "", ...(category && { [label.category]: category }) },
    spec: { displayName, description, icon, provider, created } as AuthorsFile,
  };
}

/** So that Kubernetes removes what a Repository made together with it. */
export const owner = (kind: "Repository" | "Extension", { name, uid = "" }: { name: string; uid?: string }) => ({
  apiVersion: CORE_API,
  kind,
  name,
  uid,
});

/** The contents of a package, for any source. */
import { dump } from "js-yaml";
import * as semver from "semver";
import { MAX_EXTENSION_NAME_LENGTH } from "../api";
import type { ChartFile } from "../chart/chart";
import { ConfigurationError } from "../errors";
import { inEnglish, optional, type ExtensionMetadata } from "./extensionMetadata";
import type { Permissions } from "./permissions";

/** @param path the file that states it */
export function checkName(path: string, name: string): string {
  // "base" is the other chart of a plain chart's package.
  if (name.length <= MAX_EXTENSION_NAME_LENGTH && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name !== "base") return name;
  throw new ConfigurationError({
    path: `${path}: name`,
    given: name,
    allowed: `lower-case letters, digits and -, beginning with a letter, at most ${MAX_EXTENSION_NAME_LENGTH} characters, not "base"`,
    mend: "Namespaces, hosts and Jobs are named after it: give it another name in an extension.yaml beside Chart.yaml, `name: …`.",
  });
}

/**
 * The version in a form that KubeSphere can compare: Helm accepts `v1.20.2`, `1.0.0+up1` or `1.2`; this returns the plain semantic version.
 * @throws ConfigurationError where there is none
 */
export function packageVersion(path: string, version: string): string {
  const whole = version.replace(/^v?(\d+)(\.\d+)?(?=$|[-+])/, (_, major: string, minor = ".0") => `${major}${minor}.0`);
  const plain = semver.valid(whole)?.toLowerCase() ?? version;
  checkVersion(path, plain);
  return plain;
}

/** Object names carry the version, hence no capitals and no "+"; a "v" would make KubeSphere upgrade for ever. */
export function checkVersion(path: string, version: string): void {
  if (/^\d[a-z0-9.-]*$/.test(version) && semver.valid(version) === version) return;
  throw new ConfigurationError({
    path: `${path}: version`,
    given: version,
    allowed: "a semantic version in lower case without v or build metadata, as in 1.2.3 or 1.2.3-rc.1",
    mend: "Correct it there; it becomes the extension's version.",
  });
}

export const yamlFile = (path: string, ...documents: unknown[]): ChartFile => ({
  path,
  data: Buffer.from(documents.map((document) => dump(document, { noRefs: true, lineWidth: -1 })).join("---\n")),
});

/** The fields of a package's Chart.yaml that the Marketplace does not show. */
interface ChartIdentity {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string | undefined;
  readonly maintainers?: readonly object[] | undefined;
  /** Helm's lint wants every chart in charts/ among the dependencies. */
  readonly dependencies?: readonly object[] | undefined;
}

/** The Chart.yaml that the publishing tool makes of extension.yaml, with the dependencies, which the tool leaves out. */
export const chartFile = (
  { name, version, appVersion, maintainers, dependencies }: ChartIdentity,
  { description, home, icon, keywords, kubeVersion, sources }: ExtensionMetadata,
): ChartFile =>
  yamlFile("Chart.yaml", {
    apiVersion: "v2",
    name,
    version,
    ...optional("appVersion", appVersion),
    description: inEnglish(description),
    ...optional("home", home),
    icon,
    ...optional("keywords", keywords),
    kubeVersion,
    ...optional("maintainers", maintainers),
    ...optional("sources", sources),
    ...optional("dependencies", dependencies),
  });

/** In the form that KubeSphere reads from a package. */
export const permissionsFile = ({ clusterRules, rules }: Permissions): ChartFile =>
  yamlFile("permissions.yaml", { kind: "ClusterRole", rules: clusterRules }, { kind: "Role", rules });

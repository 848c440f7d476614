/** Whether extensions fit the cluster, its KubeSphere and each other: packages state their requirements, but KubeSphere does not enforce them. */
import { MAX_AGENT_EXTENSION_NAME_LENGTH } from "../api";
import type { ExtensionIdentity } from "./draft";
import type { Problem } from "../errors";
import type { ExternalDependency } from "./extensionMetadata";
import type { ExtensionPackage } from "./extensionPackage";
import { isInRange } from "../chart/versionRange";

/** One version of an extension and the configuration key that brought it in. */
export interface Placed<Version extends ExtensionIdentity = ExtensionIdentity> {
  readonly path: string;
  readonly package: Version;
}
export type PlacedPackage = Placed<ExtensionPackage>;

/** The platform's version, with or without a leading v; absent if it is unknown. */
export interface PlatformVersions {
  readonly kubernetes?: string | undefined;
  readonly kubesphere?: string | undefined;
}

/**
 * One problem for each range that the platform is outside of, and for each required extension that is not among the packages
 * in a version that fits. Unknown versions are no problem.
 */
export const checkCompatibility = (packages: readonly Placed[], platform: PlatformVersions): Problem[] =>
  packages.flatMap((placed) => [
    ...checkPlatform(placed, platform),
    ...(placed.package.metadata.externalDependencies ?? []).flatMap((dependency) => dependencyProblem(placed, dependency, packages)),
  ]);

/** One problem for each range that the platform is outside of. */
export const checkPlatform = (placed: Placed, { kubernetes, kubesphere }: PlatformVersions): Problem[] => [
  ...platformProblem(placed, "Kubernetes", "kubeVersion", kubernetes),
  ...platformProblem(placed, "KubeSphere", "ksVersion", kubesphere),
];

/**
 * The problem of a name that is too long for the Jobs of the extension's agents: KubeSphere then installs the extension on the host, and
 * no agent. The name as such fits, so it is none where no cluster is to have an agent, or where KubeSphere's version is unknown.
 * @param kubesphere the release that its line begins with, such as 4.1.3
 */
export function checkAgentName({ path, package: { name, metadata } }: Placed, kubesphere: string | undefined): Problem[] {
  const isLimited = metadata.installationMode === "Multicluster" && kubesphere === "4.1.2";
  if (!isLimited || name.length <= MAX_AGENT_EXTENSION_NAME_LENGTH) return [];
  return [
    {
      ...{ path: `${path}: the name of the extension`, given: `${name}, which has ${name.length} characters` },
      allowed: `at most ${MAX_AGENT_EXTENSION_NAME_LENGTH} characters for an extension with agents on KubeSphere ${kubesphere}`,
      mend: "Shorten it, with `renamedFrom` if it is installed; KubeSphere 4.1.3 takes it as it is",
    },
  ];
}

function platformProblem(
  { path, package: { name, version, metadata } }: Placed,
  platform: string,
  key: "kubeVersion" | "ksVersion",
  given: string | undefined,
): Problem[] {
  const range = metadata[key];
  if (given === undefined || isInRange(given, range) !== false) return [];
  const mend = `Use a version of ${name} that is made for it, or widen ${key} in its extension.yaml`;
  return [{ path: `${path}: ${platform} for ${name} ${version}`, given, allowed: range, mend }];
}

function dependencyProblem({ path, package: pkg }: Placed, needed: ExternalDependency, packages: readonly Placed[]): Problem[] {
  const { name, type = "extension", version: range, required } = needed;
  if (!required || type !== "extension") return [];
  const versions = packages.filter((placed) => placed.package.name === name).map((placed) => placed.package.version);
  if (versions.some((version) => isInRange(version, range))) return [];
  return [
    {
      path: `${path}: extension ${name} for ${pkg.name} ${pkg.version}`,
      given: versions.length === 0 ? undefined : versions.join(", "),
      allowed: range,
      mend: versions.length === 0 ? "Add it to kubesphere:extensions" : `Change which version of ${name} is used`,
    },
  ];
}

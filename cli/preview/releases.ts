/** Which Helm releases a preview touches, and what each is to be made of. Pure. */
import type { HelmChart } from "../../sandbox/src/chartLogin";
import { readYaml } from "../../kubesphere/yaml/goYaml";
import type { Fields } from "../shared/preview";
import { isUnknown } from "../shared/unknown";
import { archiveIn, declarationsIn, type ExtensionInputs } from "./packages";
import type { Resource } from "./resources";

export interface TouchedRelease {
  readonly release: string;
  readonly namespace: string;
  /** The extension that KubeSphere installs by it. */
  readonly extension?: string;
  /** Absent: the release goes. */
  readonly wanted?: WantedRelease;
  /** Of a release that goes. */
  readonly leaving?: Leaving;
}

export interface Leaving {
  /** The package of an extension, where the stack's state has it. */
  readonly archive?: Buffer;
  /** Where it is else. */
  readonly chartURL?: string;
  /** Whether the release's namespace goes too, with all that is in it. */
  readonly isNamespaceLeaving: boolean;
}

export interface WantedRelease extends Omit<HelmChart, "chart"> {
  /** What Helm takes for a chart, or a packed one's bytes. */
  readonly chart: string | Buffer;
  /** May hold secrets. */
  readonly values: Fields;
}

export const touchedReleases = (resources: readonly Resource[]): readonly TouchedRelease[] => [
  ...resources.flatMap((resource) => ofHelm(resource, resources)),
  ...resources.flatMap((resource) => ofExtension(resource, resources)),
];

interface ReleaseInputs {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version?: string;
  readonly repositoryOpts?: { readonly repo?: string; readonly username?: string; readonly password?: string; readonly caFile?: string };
  readonly values?: Fields;
}

function ofHelm({ type, operation, old, wanted }: Resource, resources: readonly Resource[]): TouchedRelease[] {
  if (type !== "kubernetes:helm.sh/v3:Release" || operation === "same") return [];
  const [before, after] = [old, wanted] as unknown as [ReleaseInputs?, ReleaseInputs?];
  const { repo, ...access } = after?.repositoryOpts ?? {};
  const is = after && {
    ...placed(after),
    wanted: {
      ...access,
      chart: after.chart,
      values: after.values ?? {},
      // The provider fills in the version of a chart on disk or at a URL, and Helm knows those by themselves.
      ...(after.version !== undefined && (after.chart.startsWith("oci://") || repo) && { version: after.version }),
      ...(repo !== undefined && { repository: repo }),
    },
  };
  return withPredecessor(before && withNamespace(placed(before), resources), is);
}

const placed = ({ name, namespace }: ReleaseInputs) => ({ release: name, namespace });

interface PlanSpec {
  readonly extension: { readonly name: string; readonly version: string };
  readonly config?: string;
}

/** KubeSphere runs Helm when the config or the version changes, and the config ends with the package's digest. */
function ofExtension({ type, old, wanted }: Resource, resources: readonly Resource[]): TouchedRelease[] {
  if (type !== "kubernetes:kubesphere.io/v1alpha1:InstallPlan") return [];
  const [before, after] = [old?.["spec"], wanted?.["spec"]] as [PlanSpec?, PlanSpec?];
  const was = before && withNamespace(at(before, "old", resources), resources);
  const is = after && at(after, "wanted", resources);
  const isSame = before?.config === after?.config && before?.extension.version === after?.extension.version;
  if (is && was?.namespace === is.namespace && was.release === is.release && isSame) return [];
  return withPredecessor(
    was && before && withPackage(was, before, resources),
    is && after && { ...is, wanted: wantedOf(after, resources) },
  );
}

type Placed = TouchedRelease & { readonly leaving: Leaving };

/** As it would go. */
function withNamespace(release: TouchedRelease, resources: readonly Resource[]): Placed {
  const isIt = ({ type, operation, old }: Resource) =>
    type === "kubernetes:core/v1:Namespace" &&
    (operation === "delete" || operation === "replace") &&
    (old?.["metadata"] as { name?: unknown } | undefined)?.name === release.namespace;
  return { ...release, leaving: { isNamespaceLeaving: resources.some(isIt) } };
}

function withPackage(release: Placed, { extension: { name, version } }: PlanSpec, resources: readonly Resource[]): Placed {
  const archive = archiveIn(resources, "old", name, version);
  const chartURL = declarationOf(name, "old", resources)?.versions[version]?.chartURL;
  return { ...release, leaving: { ...release.leaving, ...(archive && { archive }), ...(chartURL !== undefined && { chartURL }) } };
}

function at({ extension: { name } }: PlanSpec, when: "old" | "wanted", resources: readonly Resource[]): TouchedRelease {
  const install = declarationOf(name, when, resources)?.install;
  return { release: name, namespace: install ? install.namespace : "", extension: name };
}

function declarationOf(name: string, when: "old" | "wanted", resources: readonly Resource[]): ExtensionInputs | undefined {
  return declarationsIn(resources, when).get(name);
}

function wantedOf({ extension: { name, version }, config = "" }: PlanSpec, resources: readonly Resource[]): WantedRelease {
  const chartURL = declarationOf(name, "wanted", resources)?.versions[version]?.chartURL;
  return {
    chart: archiveIn(resources, "wanted", name, version) ?? chartURL ?? "",
    values: isUnknown(config) ? {} : ((readYaml(config)[0] ?? {}) as Fields),
  };
}

/** A release of another name or place goes. */
function withPredecessor(was: TouchedRelease | undefined, is: TouchedRelease | undefined): TouchedRelease[] {
  const isElsewhere = was && (was.release !== is?.release || was.namespace !== is.namespace);
  return [...(isElsewhere ? [was] : []), ...(is ? [is] : [])];
}

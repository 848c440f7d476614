/** What an extension will be, taken together: from its files, from what Helm renders of it, and from the package. Pure. */
import { CONFIG_MAP_LIMIT, SECRET_LIMIT } from "../../kubesphere/api";
import { configMapText, executorConfigMapSize, judgeConfigMap, type ConfigMapVerdict } from "../../kubesphere/extension/configMapSize";
import type { Draft } from "../../kubesphere/extension/draft";
import type { Right, RoleKind } from "../../kubesphere/extension/executorRights";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { partsOf } from "../../kubesphere/extension/installedParts";
import { allows, allowsURL, isWide, type PolicyRule } from "../../kubesphere/extension/policyRules";
import { judgeRecord, type RecordPart } from "../../kubesphere/chart/releaseRecord";
import { nameOf, type RenderedObject } from "../../kubesphere/chart/renderedObject";
import type { Description } from "../../kubesphere/extension/rendering";
import type { ChosenUi } from "../../kubesphere/extension/ui";
import { imagesOf } from "../mirror/images";
import { referenceText } from "../mirror/reference";

export interface Inspection {
  readonly name: string;
  /** As KubeSphere knows it. */
  readonly version: string;
  /** The chart's own name and version, where they are others. */
  readonly chart?: string;
  readonly namespace: string;
  readonly ui?: ChosenUi;
  readonly hosts: readonly string[];
  /** Whether the author has stated the rights. */
  readonly areRightsStated: boolean;
  readonly rights: readonly InspectedRight[];
  /** Kind → how many an install makes. */
  readonly objects: Readonly<Record<string, number>>;
  /** The same of each member cluster; absent: the extension is for the host only. */
  readonly agentObjects?: Readonly<Record<string, number>>;
  readonly images: readonly string[];
  readonly sizes: {
    readonly package: number;
    readonly executorConfigMap: { readonly bytes: number; readonly limit: number };
    readonly releaseRecord: { readonly bytes: number; readonly limit: number; readonly most: readonly RecordPart[] };
  };
  readonly warnings: readonly string[];
}

export interface InspectedRight {
  readonly role: RoleKind;
  /** `deployments.apps`, `pods/log`, `/metrics` */
  readonly what: string;
  readonly verbs: readonly string[];
  /** Of objects; none: all of them. */
  readonly names: readonly string[];
  /** Whether it reaches beyond named kinds and verbs, or beyond itself. */
  readonly isWide: boolean;
  /** The objects that it is for, or what else it is for. */
  readonly neededBy: readonly string[];
}

/**
 * @param config the plan's, as text
 * @param configMap of {@link ../../kubesphere/configMapSize.explainConfigMap}. Default: without what takes most of it
 */
export function inspection(
  draft: Draft,
  pkg: ExtensionPackage,
  { learnt, namespace, objects, agentObjects, rights }: Description,
  config: string,
  configMap: ConfigMapVerdict | undefined = judgeConfigMap(pkg, config),
): Inspection {
  const { name, version, wrapped, permissions } = draft;
  const own = wrapped && `${wrapped.chart} ${wrapped.version}`;
  const { images, misspelt } = imagesOf([{ release: name, objects: [...objects, ...agentObjects] as never }], []);
  const record = judgeRecord(learnt.record);
  const bytes = executorConfigMapSize(pkg, config);
  return {
    name,
    version,
    ...(own !== undefined && own !== `${name} ${version}` && { chart: own }),
    namespace,
    ...(learnt.ui && { ui: learnt.ui }),
    hosts: learnt.hosts,
    areRightsStated: permissions !== undefined,
    rights: [...inspected("ClusterRole", pkg.clusterRules, rights), ...inspected("Role", pkg.rules, rights)],
    objects: counted(objects),
    ...(partsOf(draft.metadata).includes("agent") && { agentObjects: counted(agentObjects) }),
    images: images.map(({ reference }) => referenceText(reference)),
    sizes: {
      package: pkg.size,
      executorConfigMap: { bytes, limit: CONFIG_MAP_LIMIT },
      releaseRecord: { bytes: learnt.record.bytes, limit: SECRET_LIMIT, most: learnt.record.most },
    },
    warnings: [
      ...learnt.notes,
      ...misspelt,
      ...(configMap === undefined ? [] : [configMapText(configMap)]),
      ...(record === undefined ? [] : [`${record.found}. ${record.mend}`]),
    ],
  };
}

function counted(objects: readonly RenderedObject[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A row for each resource and path. */
const inspected = (role: RoleKind, rules: readonly PolicyRule[], rights: readonly Right[]): InspectedRight[] =>
  rules.flatMap((rule) => soleRulesOf(rule).map((part) => row(role, part, rights)));

const soleRulesOf = ({ apiGroups = [], resources = [], nonResourceURLs = [], ...rest }: PolicyRule): PolicyRule[] => [
  ...nonResourceURLs.map((url) => ({ verbs: rest.verbs, nonResourceURLs: [url] })),
  ...apiGroups.flatMap((group) => resources.map((resource) => ({ ...rest, apiGroups: [group], resources: [resource] }))),
];

function row(role: RoleKind, part: PolicyRule, rights: readonly Right[]): InspectedRight {
  const { apiGroups: [group = ""] = [], resources: [resource = ""] = [], nonResourceURLs: [url] = [], verbs, resourceNames = [] } = part;
  const served = rights.filter((right) => (role === "ClusterRole" || right.role === "Role") && serves(part, right.rule));
  return {
    role,
    what: url ?? (group === "" ? resource : `${resource}.${group}`),
    verbs,
    names: resourceNames,
    isWide: isWide(part),
    neededBy: [...new Set(served.map(purposeOf))],
  };
}

/** Whether it allows any of what the rule asks for. */
const serves = (given: PolicyRule, { apiGroups = [], resources = [], nonResourceURLs = [], resourceNames, verbs }: PolicyRule): boolean =>
  verbs.some(
    (verb) =>
      nonResourceURLs.some((url) => allowsURL(given, url, verb)) ||
      apiGroups.some((group) =>
        resources.some((resource) => (resourceNames ?? [undefined]).some((name) => allows(given, { group, resource, verb, name }))),
      ),
  );

function purposeOf({ purpose, object }: Right): string {
  if (object !== undefined) return nameOf(object);
  return purpose === "releases" ? "Helm's releases" : purpose === "lookup" ? "what templates look up" : "what values may switch on";
}

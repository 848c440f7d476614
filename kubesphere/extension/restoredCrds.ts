/**
 * CRDs of packages' folders `crds/` that were lost while their extensions are installed. Helm's upgrade does not make them, so the stack declares
 * them itself from then on. A mark on the plans that need them lists them, and so it comes and goes with the stack's state. Pulumi's field manager
 * on the CRD would not tell which stack wrote it, nor whether that stack's state still has it. Pure.
 */
import { restoredAnnotation, restoredCrdsAnnotation } from "../api";
import type { BroughtCrd } from "./crdChanges";
import { WAIT_FOR } from "./extensionObjects";
import { kindOf } from "./lostObjects";
import { fieldAt, recordsAt, textAt, type RenderedObject } from "../chart/renderedObject";
import type { StoredPlan } from "./rollout";

/** An extension that the stack installs. */
export interface Bringing {
  readonly crds: readonly BroughtCrd[];
  /** undefined if the cluster has none yet. */
  readonly plan: StoredPlan | undefined;
  /** Why its next rollout is an installation, in which Helm makes the CRDs itself. */
  readonly loss: string | undefined;
}

export interface RestoredCrd {
  readonly name: string;
  /** How often the stack has made it, with this run. */
  readonly times: number;
  /** Whether this run makes it. */
  readonly isGone: boolean;
}

/** The restored CRDs of one extension. */
export interface ExtensionCrds {
  /** The value of {@link restoredCrdsAnnotation}. */
  readonly mark: string;
  /** The CRDs that this run makes. */
  readonly gone: readonly string[];
}

/** @param present the names of the cluster's CRDs @returns the CRDs that the stack declares, each once, also if several extensions have it */
export function restoredCrds(extensions: readonly Bringing[], present: ReadonlySet<string>): RestoredCrd[] {
  const names = [...new Set(extensions.flatMap(({ crds }) => crds.map(({ name }) => name)))];
  return names.flatMap((name): RestoredCrd[] => {
    const bringing = extensions.filter(({ crds }) => crds.some((it) => it.name === name));
    const before = Math.max(...bringing.map(({ plan }) => timesIn(plan).get(name) ?? 0));
    const isGone = !present.has(name) && bringing.some(isUpgraded);
    return before === 0 && !isGone ? [] : [{ name, times: isGone ? before + 1 : before, isGone }];
  });
}

/** @returns undefined if the stack declares none of the extension's CRDs */
export function crdsOfExtension({ crds }: Pick<Bringing, "crds">, restored: readonly RestoredCrd[]): ExtensionCrds | undefined {
  const own = restored.filter(({ name }) => crds.some((it) => it.name === name));
  if (own.length === 0) return undefined;
  return {
    mark: own
      .map(({ name, times }) => `${name}=${times}`)
      .sort()
      .join(","),
    gone: own.flatMap(({ name, isGone }) => (isGone ? [name] : [])),
  };
}

/** @param crd the CRD in the package @returns the CRD to declare: without a status or a time of creation, which generators may leave */
export const restoredObject = ({ apiVersion, kind, metadata, spec }: RenderedObject, times: number) => ({
  apiVersion,
  kind,
  metadata: {
    name: metadata.name,
    ...(metadata.labels && { labels: metadata.labels as Record<string, string> }),
    // Helm cannot roll out objects of a kind that the API server does not serve yet.
    annotations: { ...metadata.annotations, [WAIT_FOR]: "condition=Established", [restoredAnnotation]: String(times) } as Record<
      string,
      string
    >,
  },
  spec: spec as object,
});

/** The kinds of a restored CRD, of which its release may have objects. */
export function kindsIn(crd: RenderedObject): string[] {
  const [group = "", kind = ""] = [textAt(crd, "spec", "group"), textAt(crd, "spec", "names", "kind")];
  const served = recordsAt(crd, "spec", "versions").filter((version) => fieldAt(version, "served") === true);
  return served.map((version) => kindOf({ apiVersion: `${group}/${textAt(version, "name") ?? ""}`, kind }));
}

/**
 * @param gone CRDs that this run makes
 * @param broken a description of the loss for which the extension is rolled out again; undefined if it is not
 */
export function restoredWords(gone: readonly string[], broken: string | undefined): string {
  const [them, kinds] = gone.length === 1 ? ["it", "kind"] : ["them", "kinds"];
  const [found, mended] =
    broken === undefined ? ["", ""] : [`, and ${broken}`, ", and rolls the extension out again, which brings that back"];
  return (
    `the cluster does not have CRD ${gone.join(", ")}${found}: this run makes ${them}${mended}. ` +
    `Whatever others had made of the ${kinds} is lost`
  );
}

/** Whether it has a release, which KubeSphere upgrades. */
const isUpgraded = ({ plan, loss }: Bringing): boolean =>
  plan?.status?.version !== undefined && plan.metadata.deletionTimestamp === undefined && loss === undefined;

function timesIn(plan: StoredPlan | undefined): ReadonlyMap<string, number> {
  const mark = plan?.metadata.annotations?.[restoredCrdsAnnotation] ?? "";
  const entries = mark.split(",").flatMap((it): [string, number][] => {
    const [, name = "", times = ""] = /^(.+)=([1-9]\d*)$/.exec(it) ?? [];
    return name === "" ? [] : [[name, Number(times)]];
  });
  return new Map(entries);
}

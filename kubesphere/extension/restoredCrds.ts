/**
 * CRDs of packages' folders `crds/` that are gone while their extensions are installed. Helm's upgrade makes none of them, so the stack declares them
 * itself, and goes on doing so. What it declares stands on the plans that need them, and so comes and goes with the stack's state: a field manager
 * of Pulumi's on the CRD would tell neither which stack wrote it, nor whether its state still has it. Pure.
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
  /** undefined: the cluster has none yet. */
  readonly plan: StoredPlan | undefined;
  /** Why its next rollout is an install, in which Helm makes the CRDs itself. */
  readonly loss: string | undefined;
}

export interface RestoredCrd {
  readonly name: string;
  /** How often the stack has made it, with this run. */
  readonly times: number;
  /** Whether this run makes it. */
  readonly isGone: boolean;
}

/** What a run knows of those of one extension. */
export interface ExtensionCrds {
  /** Goes into {@link restoredCrdsAnnotation}. */
  readonly mark: string;
  /** Those that this run makes. */
  readonly gone: readonly string[];
}

/** @param present names of the cluster's CRDs @returns those that the stack declares, each once, however many extensions bring it */
export function restoredCrds(extensions: readonly Bringing[], present: ReadonlySet<string>): RestoredCrd[] {
  const names = [...new Set(extensions.flatMap(({ crds }) => crds.map(({ name }) => name)))];
  return names.flatMap((name): RestoredCrd[] => {
    const bringing = extensions.filter(({ crds }) => crds.some((it) => it.name === name));
    const before = Math.max(...bringing.map(({ plan }) => timesIn(plan).get(name) ?? 0));
    const isGone = !present.has(name) && bringing.some(isUpgraded);
    return before === 0 && !isGone ? [] : [{ name, times: isGone ? before + 1 : before, isGone }];
  });
}

/** @returns undefined where the stack declares none of the extension's */
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

/** @param crd as it stands in the package @returns as it is declared: what generators leave of a status, or of a time of creation, is nobody's wish */
export const restoredObject = ({ apiVersion, kind, metadata, spec }: RenderedObject, times: number) => ({
  apiVersion,
  kind,
  metadata: {
    name: metadata.name,
    ...(metadata.labels && { labels: metadata.labels as Record<string, string> }),
    // Helm rolls out nothing of a kind that the API server does not serve yet.
    annotations: { ...metadata.annotations, [WAIT_FOR]: "condition=Established", [restoredAnnotation]: String(times) } as Record<
      string,
      string
    >,
  },
  spec: spec as object,
});

/** Of a CRD that comes back, the kinds that its release may have objects of. */
export function kindsIn(crd: RenderedObject): string[] {
  const [group = "", kind = ""] = [textAt(crd, "spec", "group"), textAt(crd, "spec", "names", "kind")];
  const served = recordsAt(crd, "spec", "versions").filter((version) => fieldAt(version, "served") === true);
  return served.map((version) => kindOf({ apiVersion: `${group}/${textAt(version, "name") ?? ""}`, kind }));
}

/**
 * @param gone CRDs that this run makes
 * @param broken what the extension is rolled out again for, in words; undefined: it is not
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

/** It has a release, which KubeSphere upgrades. */
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

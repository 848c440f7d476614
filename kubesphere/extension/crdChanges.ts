/**
 * Compares CRDs of a chart's folders `crds/` with those of the cluster. Helm makes a missing CRD at the first installation, and never changes or
 * removes one: the API server then drops or refuses fields that only a newer chart's CRD has.
 */
import { LUBAN } from "../luban";
import type { AnyFile } from "../chart/chartFiles";
import { crdsIn } from "../chart/crdFolders";
import { fieldsDigest } from "./fieldsDigest";
import { isFields, isOfCrdsFolder, type RenderedObject } from "../chart/renderedObject";
import { shellWord } from "../shellWord";

/** The cached facts of a CRD: with them, unchanged CRDs are recognised without reading the chart. */
export interface BroughtCrd {
  /** Such as `foos.example.com`. */
  readonly name: string;
  /** Its path in the package. */
  readonly file: string;
  /** Of its spec, see {@link specDigest}. */
  readonly digest: string;
}

/** As the API server has it. */
export interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
}

export interface CrdCluster {
  /** undefined if it does not exist. */
  crd(name: string): Promise<Crd | undefined>;
  /** The result of a server-side apply that wins every conflict, by a dry run. @throws with the API server's message */
  appliedCrd(crd: RenderedObject): Promise<Crd>;
  /** Whether KubeSphere has installed a version of the extension, so that the next rollout is an upgrade. */
  hasInstalled(extension: string): Promise<boolean>;
}

export interface StaleCrd extends Pick<BroughtCrd, "name" | "file"> {
  /** `refused`: they differ, and the API server refuses the chart's. */
  readonly is: "other" | "missing" | "refused";
  /** The API server's message of a refusal. */
  readonly said?: string;
}

/** @param objects of an install */
export const broughtCrds = (objects: readonly RenderedObject[]): BroughtCrd[] =>
  objects
    .filter((it) => it.kind === "CustomResourceDefinition" && isOfCrdsFolder(it))
    .map(({ metadata: { name }, templateFile = "", spec }) => ({ name, file: templateFile, digest: specDigest(spec) }));

/** Equal for specs that differ only in the order of keys, or in defaults of names and conversion that the API server fills in. */
export function specDigest(spec: unknown): string {
  const { names, ...rest } = isFields(spec) ? spec : {};
  const { kind = "", ...others } = isFields(names) ? names : {};
  return fieldsDigest({
    ...{ conversion: { strategy: "None" }, ...rest },
    names: { singular: String(kind).toLowerCase(), listKind: `${String(kind)}List`, kind, ...others },
  });
}

/**
 * @param crds the CRDs of the package
 * @param contents the files of the package
 * @returns the CRDs that differ from the chart's and that Helm will not change; without those that Helm makes at a first installation
 */
export async function staleCrds(
  {
    crds,
    contents,
    isInstalled,
  }: { readonly crds: readonly BroughtCrd[]; readonly contents: readonly AnyFile[]; readonly isInstalled: boolean },
  cluster: Pick<CrdCluster, "crd" | "appliedCrd">,
): Promise<readonly StaleCrd[]> {
  const live = await Promise.all(crds.map(async (it) => ({ ...it, crd: await cluster.crd(it.name) })));
  const doubtful = live.filter(({ crd, digest }) => (crd === undefined ? isInstalled : specDigest(crd.spec) !== digest));
  if (doubtful.length === 0) return [];
  const own = new Map((await crdsIn(contents)).map(({ crd }) => [crd.metadata.name, crd]));
  const told = await Promise.all(
    doubtful.map(async ({ name, file, crd }): Promise<StaleCrd[]> => {
      if (crd === undefined) return [{ name, file, is: "missing" }];
      try {
        const wanted = own.get(name);
        if (wanted === undefined) throw new Error(`it cannot be read from ${file}`);
        // Only the API server knows which differences in the text matter.
        const applied = await cluster.appliedCrd(wanted);
        return specDigest(applied.spec) === specDigest(crd.spec) ? [] : [{ name, file, is: "other" }];
      } catch (error) {
        return [{ name, file, is: "refused", said: (error as Error).message }];
      }
    }),
  );
  return told.flat();
}

/**
 * @param isInstalled whether the next rollout is an upgrade
 * @param source the extension's source, as an argument of a command
 * @returns a sentence for each difference, with the remedy; empty if there is none
 */
export function crdWords(stale: readonly StaleCrd[], isInstalled: boolean, source: string): string[] {
  const [other, missing, refused] = (["other", "missing", "refused"] as const).map((is) => stale.filter((it) => it.is === is));
  const apply = (crds: readonly StaleCrd[]) =>
    `${LUBAN} extension crds ${shellWord(source)} ${crds.map(({ name }) => shellWord(name)).join(" ")} | kubectl apply --server-side --force-conflicts -f -`;
  const when = isInstalled ? "an upgrade" : "an install";
  return [
    ...(other?.length
      ? [
          `${listed(other)}: the cluster has another one${isInstalled ? "" : ", from an earlier install or from elsewhere"}, and Helm leaves it so at ${when}: ` +
            `what only the chart's has will be dropped or refused. To apply the chart's, for all that use it: ${apply(other)}`,
        ]
      : []),
    ...(missing?.length
      ? [
          `${listed(missing)}: the cluster does not have it, and Helm makes what stands in crds/ at a first install only. To make it: ${apply(missing)}`,
        ]
      : []),
    ...(refused ?? []).map(
      (it) =>
        `${listed([it])}: the cluster has another one, Helm leaves it so at ${when}, and the API server does not take the chart's: ${it.said ?? ""}. ` +
        "The chart's author says how to get from the one to the other",
    ),
  ];
}

/** The sentences for {@link staleCrds} of an extension. Without CRDs, no request is made. @param source as for {@link crdWords} */
export async function crdWarnings(
  {
    name,
    learnt: { crds },
    contents,
  }: { readonly name: string; readonly learnt: { readonly crds: readonly BroughtCrd[] }; readonly contents: readonly AnyFile[] },
  source: string,
  cluster: CrdCluster,
): Promise<string[]> {
  if (crds.length === 0) return [];
  const isInstalled = await cluster.hasInstalled(name);
  return crdWords(await staleCrds({ crds, contents, isInstalled }, cluster), isInstalled, source);
}

const listed = (crds: readonly StaleCrd[]) => `CRD ${crds.map(({ name, file }) => `${name} (${file})`).join(", ")}`;

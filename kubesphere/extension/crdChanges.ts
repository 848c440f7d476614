/**
 * CRDs in a chart's folders `crds/`, against those of the cluster. Helm makes what stands there at a first install where it is not there yet,
 * and never changes or removes it: what a newer chart has in it is dropped by the API server, or refused.
 */
import { LUBAN } from "../luban";
import { unpackChartArchive } from "../chart/archive";
import { crdsIn } from "../chart/crdFolders";
import { fieldsDigest } from "./fieldsDigest";
import { isFields, isOfCrdsFolder, type RenderedObject } from "../chart/renderedObject";
import { shellWord } from "../shellWord";

/** What is kept of one from run to run: with it those that are as wanted are known without the chart. */
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
  /** What a server-side apply would leave there if it won every conflict; nothing is written. @throws with the API server's words */
  appliedCrd(crd: RenderedObject): Promise<Crd>;
  /** Whether KubeSphere has installed a version of the extension, so that the next rollout is an upgrade. */
  hasInstalled(extension: string): Promise<boolean>;
}

export interface StaleCrd extends Pick<BroughtCrd, "name" | "file"> {
  /** `refused`: it is another one, and the API server does not take the chart's. */
  readonly is: "other" | "missing" | "refused";
  /** Of a refusal, the API server's words. */
  readonly said?: string;
}

/** @param objects of an install */
export const broughtCrds = (objects: readonly RenderedObject[]): BroughtCrd[] =>
  objects
    .filter((it) => it.kind === "CustomResourceDefinition" && isOfCrdsFolder(it))
    .map(({ metadata: { name }, templateFile = "", spec }) => ({ name, file: templateFile, digest: specDigest(spec) }));

/** Equal for specs that differ in the order of keys, or in what the API server fills in of names and conversion. */
export function specDigest(spec: unknown): string {
  const { names, ...rest } = isFields(spec) ? spec : {};
  const { kind = "", ...others } = isFields(names) ? names : {};
  return fieldsDigest({
    ...{ conversion: { strategy: "None" }, ...rest },
    names: { singular: String(kind).toLowerCase(), listKind: `${String(kind)}List`, kind, ...others },
  });
}

/**
 * @param crds that an install of the package brings
 * @param archive the package
 * @returns those that are not in the cluster as the chart has them and that Helm will leave as they are; those of a first install that it makes are not among them
 */
export async function staleCrds(
  { crds, archive, isInstalled }: { readonly crds: readonly BroughtCrd[]; readonly archive: Buffer; readonly isInstalled: boolean },
  cluster: Pick<CrdCluster, "crd" | "appliedCrd">,
): Promise<readonly StaleCrd[]> {
  const live = await Promise.all(crds.map(async (it) => ({ ...it, crd: await cluster.crd(it.name) })));
  const doubtful = live.filter(({ crd, digest }) => (crd === undefined ? isInstalled : specDigest(crd.spec) !== digest));
  if (doubtful.length === 0) return [];
  const own = new Map((await crdsIn(await unpackChartArchive("package.tgz", archive))).map(({ crd }) => [crd.metadata.name, crd]));
  const told = await Promise.all(
    doubtful.map(async ({ name, file, crd }): Promise<StaleCrd[]> => {
      if (crd === undefined) return [{ name, file, is: "missing" }];
      try {
        const wanted = own.get(name);
        if (wanted === undefined) throw new Error(`it cannot be read from ${file}`);
        // Only the API server knows what of the text makes a difference.
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
 * @param source the extension's, as the command line takes it
 * @returns a sentence for each thing that is to be known, with the way out; none where there is nothing
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

/** {@link staleCrds} of an extension, told. Of most extensions, which have no CRDs, nobody is asked. @param source as {@link crdWords} takes it */
export async function crdWarnings(
  {
    name,
    learnt: { crds },
    archive,
  }: { readonly name: string; readonly learnt: { readonly crds: readonly BroughtCrd[] }; readonly archive: Buffer },
  source: string,
  cluster: CrdCluster,
): Promise<string[]> {
  if (crds.length === 0) return [];
  const isInstalled = await cluster.hasInstalled(name);
  return crdWords(await staleCrds({ crds, archive, isInstalled }, cluster), isInstalled, source);
}

const listed = (crds: readonly StaleCrd[]) => `CRD ${crds.map(({ name, file }) => `${name} (${file})`).join(", ")}`;

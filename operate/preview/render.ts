/** What Helm would make of the wanted releases in the cluster, against what they hold there now. Reads only. */
import { spawn } from "child_process";
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { loadAll } from "js-yaml";
import { label, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { mergeValues } from "../../kubesphere/helmValues";
import { oneContext, readKubeconfig } from "../../kubesphere/kubeconfig";
import { temporaryFolder } from "../../kubesphere/temporaryFolder";
import { readSettings } from "../../sandbox/src/sim/settings";
import type { Cluster } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf } from "../shared/helmReleases";
import type { K8s } from "../shared/objectDiff";
import type { Fields } from "../shared/preview";
import { isUnknown } from "../shared/unknown";
import type { ReleaseChange } from "./model";
import { objectChanges } from "./objects";
import type { TouchedRelease, WantedRelease } from "./releases";

export interface Rendering {
  readonly helm: string;
  readonly cluster: Cluster;
  /** Path or contents, and context: of the stack. */
  readonly access: { readonly kubeconfig?: string; readonly context?: string };
  /** The folder that paths of charts are meant from. */
  readonly checkout: string;
}

/** @param now told each release before it is rendered */
export async function releaseChanges(
  touched: readonly TouchedRelease[],
  { helm, cluster, access, checkout }: Rendering,
  now: (text: string) => void,
): Promise<readonly ReleaseChange[]> {
  if (touched.length === 0) return [];
  const folder = await temporaryFolder("preview");
  try {
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, JSON.stringify(oneContext(readKubeconfig(access.kubeconfig), access.context)), { mode: 0o600 });
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const run: RunHelm = (args, values) => runHelm(helm, args, values, { cwd: checkout, env });
    const changes: ReleaseChange[] = [];
    const made: K8s[] = [];
    for (const [index, it] of touched.entries()) {
      now(`rendering ${it.release} (${index + 1} of ${touched.length})`);
      const { wanted, ...named } = it;
      changes.push({ ...named, ...(await objectsOrProblem(() => compared(it, wanted, { cluster, folder, run, made }))) });
    }
    return changes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A release that cannot be rendered, or a cluster that cannot be read, leaves the rest of the report as good as it is. */
async function objectsOrProblem(work: () => Promise<ReleaseChange["objects"]>): Promise<Pick<ReleaseChange, "objects" | "problem">> {
  try {
    return { objects: await work() };
  } catch (error) {
    if (error instanceof Failure) return { objects: [], problem: error.message };
    throw error;
  }
}

type RunHelm = (args: readonly string[], values: Fields) => Promise<string>;

interface Surroundings {
  readonly cluster: Cluster;
  /** For charts. */
  readonly folder: string;
  readonly run: RunHelm;
  /** What was rendered so far; releases come before extensions. */
  readonly made: K8s[];
}

async function compared(
  { release, namespace, extension }: TouchedRelease,
  wanted: WantedRelease | undefined,
  { cluster, folder, run, made }: Surroundings,
): Promise<ReleaseChange["objects"]> {
  if (isUnknown(namespace)) throw new Failure("its namespace is known only after apply");
  const held = await releaseOf(cluster, namespace, release);
  const before = (held?.objects ?? []) as readonly K8s[];
  if (wanted === undefined) return objectChanges(before, [[], []]);
  const chart = typeof wanted.chart === "string" ? wanted.chart : join(folder, `${release}.tgz`);
  if (typeof wanted.chart !== "string") await writeFile(chart, wanted.chart);
  const values = extension === undefined ? wanted.values : mergeValues(wanted.values, await injectedValues(cluster, made));
  const where = [
    ...[release, chart, "--namespace", namespace, "--values", "-"],
    ...(wanted.version === undefined ? [] : ["--version", wanted.version]),
    ...(wanted.repository === undefined ? [] : ["--repo", wanted.repository]),
  ];
  const render = async () => {
    const rendered = held
      ? // The server's versions and kinds count, and `lookup` finds what is there; nothing is written.
        (JSON.parse(await run(["upgrade", ...where, "--reset-values", "--dry-run=server", "--output", "json"], values)) as Dry).manifest
      : await run(["template", ...where, "--no-hooks"], values);
    const objects = (loadAll(rendered) as (K8s | null)[]).filter((object) => object !== null);
    return extension === undefined ? objects : objects.map((object) => labelled(object, extension));
  };
  const renders = await Promise.all([render(), render()]);
  made.push(...renders[0]);
  return objectChanges(before, renders);
}

interface Dry {
  readonly manifest: string;
}

/** KubeSphere's executor labels whatever an extension's chart renders. */
function labelled(object: K8s, extension: string): K8s {
  const { labels } = object.metadata as { labels?: Readonly<Record<string, string>> };
  const metadata = { ...object.metadata, labels: { ...labels, [label.extensionRef]: extension } };
  return { ...object, metadata };
}

/** What KubeSphere sets over the values of every extension, as ks-core is about to tell it, else as it does now. */
export async function injectedValues(cluster: Pick<Cluster, "read">, made: readonly K8s[]): Promise<Fields> {
  const metadata = { name: "kubesphere-config", namespace: SYSTEM_NAMESPACE };
  const isIt = ({ kind, metadata: { name } }: K8s) => kind === "ConfigMap" && name === metadata.name;
  const config = made.find(isIt) ?? (await cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata }));
  return readSettings((config?.["data"] as Record<string, string> | undefined)?.["kubesphere.yaml"]).injected as Fields;
}

/** The values go in by standard input, so that no secret lies on disk. */
export function runHelm(
  helm: string,
  args: readonly string[],
  values: Fields,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(helm, args, { ...options, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // It may end without having read them.
    child.stdin.on("error", () => undefined).end(JSON.stringify(values));
    child.once("error", (error) => fail(new Failure(`Helm cannot be run: ${error.message}`)));
    child.once("close", (code) => (code === 0 ? done(stdout) : fail(new Failure(reasonIn(stderr)))));
  });
}

const reasonIn = (stderr: string) => (/^Error: (?:UPGRADE FAILED: )?([^]*)/m.exec(stderr)?.[1] ?? stderr).trim();

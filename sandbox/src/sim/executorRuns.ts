/**
 * What the simulator's own executor Jobs are to do, from the moment that it has made them until they have ended.
 *
 * A Job is known by its uid, which the API server chooses and nobody else can; what it does is kept here and not in the cluster, where a
 * chart may write into its namespace. The records lie in the sandbox's folder, so that a simulator that starts anew knows its Jobs again.
 */
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Values } from "../../../kubesphere/chart/helmValues";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { HelmSettings } from "./executorObjects.js";
import type { Trust } from "./helmRepository.js";
import { namespaced } from "./names.js";
import type { Job, Pod } from "./objects.js";
import { controllerOf } from "./owner.js";
import type { Action } from "./planStatus.js";

/** Where the chart of an installation is. */
export type ExecutorChart =
  /** Base64 of the archive. */
  | { archive: string }
  /** As `helm pull` takes it, with the certificates that its server needs. */
  | ({ reference: string[] } & Trust);

/** The cluster of an agent. */
export interface ExecutorAgent {
  cluster: string;
  role: "host" | "member";
  /** The text of its administrator's. */
  kubeconfig: string;
}

export interface ExecutorRun {
  /** Of the Job. */
  uid: string;
  jobName: string;
  namespace: string;
  extension: string;
  /** Where it is an agent that is installed. */
  agent?: ExecutorAgent;
  settings: HelmSettings;
  work: { action: "uninstall" } | { action: Action; chart: ExecutorChart; values: string; injected: Values };
}

const SUFFIX = ".json";

export class ExecutorRuns {
  private readonly runs = new Map<string, ExecutorRun>();
  private readonly listeners: ((run: ExecutorRun) => void)[] = [];

  private constructor(private readonly folder: string) {}

  /** @param folder for the records: nobody else may look into it, since values hold passwords */
  static async open(folder: string, cluster: Cluster): Promise<ExecutorRuns> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const opened = new ExecutorRuns(folder);
    for (const name of await readdir(folder)) {
      const run = name.endsWith(SUFFIX) ? (JSON.parse(await readFile(join(folder, name), "utf8")) as ExecutorRun) : undefined;
      const job = run && (await ifFound(cluster.get<Job>(namespaced("batch/v1", run.namespace, "jobs", run.jobName))));
      // Its plan may have gone, with all that belongs to it, while no simulator ran.
      if (run && job?.metadata.uid === run.uid) opened.runs.set(run.uid, run);
      else await rm(join(folder, name), { force: true });
    }
    return opened;
  }

  /** Called for each run that is added. */
  onAdded(listener: (run: ExecutorRun) => void): void {
    this.listeners.push(listener);
  }

  async add(run: ExecutorRun): Promise<void> {
    const path = this.pathOf(run.uid);
    await writeFile(`${path}.new`, JSON.stringify(run), { mode: 0o600 });
    // Renamed into place, so that a simulator killed meanwhile leaves no half of it.
    await rename(`${path}.new`, path);
    this.runs.set(run.uid, run);
    for (const listener of this.listeners) listener(run);
  }

  /** The run that a pod was made for; undefined where it was none of ours, whatever its labels and its command say. */
  of({ metadata }: Pod): ExecutorRun | undefined {
    const run = this.runs.get(controllerOf(metadata, "Job")?.uid ?? "");
    return run?.namespace === metadata.namespace ? run : undefined;
  }

  async forget(uid: string): Promise<void> {
    if (this.runs.delete(uid)) await rm(this.pathOf(uid), { force: true });
  }

  private pathOf(uid: string): string {
    return join(this.folder, `${uid}${SUFFIX}`);
  }
}

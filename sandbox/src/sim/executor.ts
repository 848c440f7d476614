/**
 * Runs the Helm command of an executor's Job, as the executor's own ServiceAccount. The command comes from the run's record: a pod's
 * arguments, volumes and ConfigMaps are for those who look at them, and anybody may have written them.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { executorServiceAccount } from "../../../kubesphere/api";
import { unpackChartArchive } from "../../../kubesphere/chart/archive";
import type { AnyFile } from "../../../kubesphere/chart/chartFiles";
import { mergeValues, type Values } from "../../../kubesphere/chart/helmValues";
import { releaseOfPart, valuesOfPart, type Part } from "../../../kubesphere/extension/installedParts";
import { refuseOutsideSchemas } from "../../../kubesphere/chart/valuesSchema";
import { Cluster } from "./cluster.js";
import { installArguments, uninstallArguments } from "./executorObjects.js";
import type { ExecutorChart, ExecutorRun } from "./executorRuns.js";
import type { Helm, HelmRun } from "./helm.js";
import { pullChart } from "./helmRepository.js";
import { namespaced } from "./names.js";
import { writePostRenderer } from "./postRender.js";
import { forgetInterrupted } from "./releases.js";

/** Seconds; above Helm's own time-out, and not below Kubernetes' shortest of 600. */
const TOKEN_LIFETIME = 3_600;

const CHART = "chart.tgz";

export interface Outcome {
  ok: boolean;
  /** All that Helm said. */
  said: string;
}

export class Executor {
  private readonly runs = new Map<string, HelmRun>();
  private readonly work = new Set<Promise<unknown>>();
  private stopped = false;

  /** @param kustomize path of the executable, for Helm's post-renderer. */
  constructor(
    private readonly cluster: Cluster,
    private readonly helm: Helm,
    private readonly kustomize: string,
  ) {}

  /** @param isResumed the run was at work already when the simulator started */
  async run(run: ExecutorRun, isResumed: boolean): Promise<Outcome> {
    const work = this.execute(run, isResumed);
    this.work.add(work);
    try {
      return await work;
    } finally {
      this.work.delete(work);
    }
  }

  /** @param uid of the run's Job */
  cancel(uid: string): void {
    this.runs.get(uid)?.cancel();
  }

  /** Ends what is running, so that Helm closes its records. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const run of this.runs.values()) run.cancel();
    await Promise.allSettled(this.work);
  }

  private async execute(run: ExecutorRun, isResumed: boolean): Promise<Outcome> {
    const { uid, namespace, extension, agent } = run;
    // Whatever Helm left pending is nobody's.
    if (isResumed)
      await forgetInterrupted(
        agent ? await Cluster.connectBy(agent.kubeconfig) : this.cluster,
        namespace,
        releaseOfPart(partOf(run), extension),
      );
    return this.helm.inFolder(async (folder) => {
      const args = await this.prepare(run, folder);
      if (this.stopped) throw new Error("the simulator is ending");
      const helm = this.helm.run(args, folder);
      this.runs.set(uid, helm);
      try {
        const { code, output } = await helm.ended;
        return { ok: code === 0, said: output };
      } finally {
        this.runs.delete(uid);
      }
    });
  }

  /** Puts what Helm reads into a folder. @returns Helm's arguments */
  private async prepare(run: ExecutorRun, folder: string): Promise<string[]> {
    const { namespace, extension, agent, settings, work } = run;
    const put = (name: string, content: string | Buffer) => writeFile(join(folder, name), content, { mode: 0o600 });
    const serviceAccount = executorServiceAccount(extension);
    const release = releaseOfPart(partOf(run), extension);
    await put("kube.config", agent ? agent.kubeconfig : await this.kubeconfig(namespace, serviceAccount));
    // On another cluster an administrator acts in its name, whether it is there or not.
    const access = [
      "--kubeconfig",
      "kube.config",
      ...(agent ? ["--kube-as-user", `system:serviceaccount:${namespace}:${serviceAccount}`] : []),
    ];
    if (work.action === "uninstall") return [...uninstallArguments(release, namespace, settings), ...access];
    await put(CHART, await this.archiveOf(work.chart));
    const files = await unpackChartArchive(join(folder, CHART));
    await refuseOutsideSchemas(files, extension);
    await put("values.yaml", work.values);
    await put("injected.json", JSON.stringify(await injectedFor(run, work.injected, files)));
    const args = installArguments(work.action, release, namespace, [CHART], settings);
    return [...args, ...access, "--post-renderer", await writePostRenderer(folder, extension, this.kustomize)];
  }

  private async archiveOf(chart: ExecutorChart): Promise<Buffer> {
    if ("archive" in chart) return Buffer.from(chart.archive, "base64");
    const { reference, ...trust } = chart;
    return pullChart(this.helm, reference, trust);
  }

  private async kubeconfig(namespace: string, serviceAccount: string): Promise<string> {
    const path = `${namespaced("v1", namespace, "serviceaccounts", serviceAccount)}/token`;
    const { status } = await this.cluster.create<{ status: { token: string } }>(path, { spec: { expirationSeconds: TOKEN_LIFETIME } });
    const name = "sandbox";
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name,
          cluster: {
            server: this.cluster.server,
            "certificate-authority-data": Buffer.from(this.cluster.caCertificate).toString("base64"),
          },
        },
      ],
      users: [{ name, user: { token: status.token } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      "current-context": name,
    });
  }
}

const partOf = ({ agent }: ExecutorRun): Part => (agent ? "agent" : "extension");

/** What KubeSphere sets over the plan's config. */
async function injectedFor(run: ExecutorRun, injected: Values, files: readonly AnyFile[]): Promise<Values> {
  const ofPart = mergeValues(injected, await valuesOfPart(partOf(run), files));
  const { agent } = run;
  return agent ? mergeValues(ofPart, { global: { clusterInfo: { name: agent.cluster, role: agent.role } } }) : ofPart;
}

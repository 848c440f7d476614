/**
 * The ks-core of a member: the host's manager installs and upgrades it by Helm within its own process, with the chart that it has itself.
 * Measured on KubeSphere 4.1.2 and 4.1.3.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KS_CORE_RELEASE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { mergeValues, type Values } from "../../../kubesphere/chart/helmValues";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";
import type { Helm, HelmRun } from "./helm.js";
import { isLater, type KubeSphereRelease } from "./manager.js";

/** Of the stand-ins, by the release that has it in its image. */
const CHARTS: Readonly<Record<KubeSphereRelease, string>> = { "4.1.2": "1.1.3", "4.1.3": "1.1.5", "4.2.1": "1.2.4" };

/**
 * The config of the Cluster, and what the manager sets over it. It hands on nothing else of the host: no image registry, no name.
 * @param config YAML
 * @throws YamlError
 */
export function memberValues(config: string, jwtSecret: string, release: KubeSphereRelease): Values {
  const given = (readYaml(config)[0] ?? {}) as Values;
  const set = { role: "member", upgrade: { enabled: false }, authentication: { issuer: { jwtSecret } } };
  // The later ones put their own in place of a `multicluster` of the config.
  return { ...mergeValues(given, set), ...(isLater(release) && { multicluster: { role: "member" } }) };
}

export class MemberReleases {
  private readonly runs = new Set<HelmRun>();

  /** @param charts the folder with one folder for each, `ks-core-<version>` */
  constructor(
    private readonly helm: Helm,
    private readonly charts: string,
  ) {}

  /**
   * Installs the release, or upgrades the one that is there; what it had been given before is forgotten.
   * @param kubeconfig the text of the member's
   * @throws Error with what Helm says
   */
  async install(kubeconfig: string, release: KubeSphereRelease, values: Values): Promise<void> {
    await this.helm.inFolder(async (folder) => {
      const put = (name: string, content: string) => writeFile(join(folder, name), content, { mode: 0o600 });
      await put("kube.config", kubeconfig);
      await put("values.json", JSON.stringify(values));
      const run = this.helm.run(
        [
          ...["upgrade", "--install", KS_CORE_RELEASE, join(this.charts, `ks-core-${CHARTS[release]}`)],
          ...["--namespace", SYSTEM_NAMESPACE, "--create-namespace", "--reset-values", "--values", "values.json"],
          ...["--wait", "--timeout", "5m", "--kubeconfig", "kube.config"],
        ],
        folder,
      );
      this.runs.add(run);
      const { code, output } = await run.ended.finally(() => this.runs.delete(run));
      if (code !== 0) throw new Error(`failed to install KS Core: ${output.trim()}`);
    });
  }

  /** The manager's process has ended, and Helm within it. */
  kill(): void {
    for (const run of this.runs) run.kill();
  }

  /** Ends what is running, so that Helm closes its records. */
  stop(): void {
    for (const run of this.runs) run.cancel();
  }
}

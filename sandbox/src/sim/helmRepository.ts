/** A Repository as Helm sees it. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Helm } from "./helm.js";
import type { Repository } from "./objects.js";
import { readYaml } from "./yaml.js";

export interface IndexEntry {
  name?: string;
  version?: string;
  created?: string;
  digest?: string;
  urls?: string[];
}

export class HelmRepository {
  private constructor(
    private readonly helm: Helm,
    private readonly folder: string,
    private readonly name: string,
  ) {}

  /** Its index is fetched first. @throws Error in Helm's words when that fails */
  static use<T>(helm: Helm, repository: Repository, work: (repository: HelmRepository) => Promise<T>): Promise<T> {
    return HelmRepository.configured(helm, repository, async (used) => {
      await used.run(["repo", "update", used.name, "--fail-on-repo-update-fail"]);
      return work(used);
    });
  }

  /**
   * @param reference a chart's address, which need not be in the index
   * @throws Error in Helm's words
   */
  static pullFrom(helm: Helm, repository: Repository, reference: string[]): Promise<Buffer> {
    return HelmRepository.configured(helm, repository, async (used) => {
      // Helm sends a repository's credentials to an address that the index names word for word; indexes mostly name files.
      const entries = { chart: [{ name: "chart", version: "0.0.0", urls: reference.slice(0, 1) }] };
      await writeFile(used.indexFile, JSON.stringify({ apiVersion: "v1", entries }));
      return used.pull(...reference);
    });
  }

  /** Credentials are on the disk no longer than `work` takes. */
  private static configured<T>(helm: Helm, { metadata, spec }: Repository, work: (repository: HelmRepository) => Promise<T>): Promise<T> {
    return helm.inFolder(async (folder) => {
      const caFile = join(folder, "ca.crt");
      if (spec.caBundle) await writeFile(caFile, Buffer.from(spec.caBundle, "base64"));
      const entry = {
        ...{ name: metadata.name, url: spec.url, ...spec.basicAuth },
        ...(spec.caBundle && { caFile }),
        ...(spec.insecure && { insecure_skip_tls_verify: true }),
      };
      const config = JSON.stringify({ apiVersion: "", repositories: [entry] });
      await writeFile(join(folder, "repositories.yaml"), config, { mode: 0o600 });
      return await work(new HelmRepository(helm, folder, metadata.name));
    });
  }

  /** Chart names with their versions. */
  async index(): Promise<Record<string, IndexEntry[]>> {
    const [index] = readYaml(await readFile(this.indexFile, "utf8"));
    return (index as { entries?: Record<string, IndexEntry[]> } | undefined)?.entries ?? {};
  }

  /** @param chart as Helm's command line takes it */
  pull(...chart: string[]): Promise<Buffer> {
    return pullChart(this.helm, [...chart, ...this.flags]);
  }

  private get indexFile(): string {
    return join(this.folder, `${this.name}-index.yaml`);
  }

  private get flags(): string[] {
    return ["--repository-config", join(this.folder, "repositories.yaml"), "--repository-cache", this.folder];
  }

  private async run(args: string[]): Promise<void> {
    const { code, output } = await this.helm.run([...args, ...this.flags], this.folder).ended;
    if (code !== 0) throw new Error(output.trim());
  }
}

/** @param chart as Helm's command line takes it. @throws Error in Helm's words */
export const pullChart = (helm: Helm, chart: string[]): Promise<Buffer> =>
  helm.inFolder(async (folder) => {
    const { code, output } = await helm.run(["pull", ...chart, "--destination", folder], folder).ended;
    const [file] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    if (code !== 0 || file === undefined) throw new Error(output.trim());
    return readFile(join(folder, file));
  });

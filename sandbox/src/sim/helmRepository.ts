/** A Repository as Helm sees it. */
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_CHART_SIZE, tooLarge } from "../../../kubesphere/chartFiles";
import { maskUrls } from "../../../operate/shared/urls";
import { chartArguments, indexFile, writeIndexOfOne, writeRepository } from "../chartLogin.js";
import type { Helm } from "./helm.js";
import type { Repository } from "./objects.js";
import { readYaml } from "../../../kubesphere/goYaml.js";

export interface IndexEntry {
  name?: string;
  version?: string;
  created?: string;
  digest?: string;
  urls?: string[];
}

/** What a server is trusted by. */
export interface Trust {
  /** PEM. */
  caCertificates?: string;
  /** Any certificate will do. */
  insecure?: true;
}

export const trustOf = ({ spec }: Repository): Trust => ({
  ...(spec.caBundle && { caCertificates: Buffer.from(spec.caBundle, "base64").toString() }),
  ...(spec.insecure && { insecure: true }),
});

export const CA_FILE = "ca.crt";

export class HelmRepository {
  private constructor(
    private readonly helm: Helm,
    private readonly folder: string,
    private readonly name: string,
    /** By which Helm knows this repository. */
    private readonly places: string[],
  ) {}

  /** Its index is fetched first. @throws Error in Helm's words when that fails */
  static use<T>(helm: Helm, repository: Repository, work: (repository: HelmRepository) => Promise<T>): Promise<T> {
    return HelmRepository.configured(helm, repository, async (used) => {
      await used.run(["repo", "update", used.name, "--fail-on-repo-update-fail"]);
      return work(used);
    });
  }

  /**
   * @param reference a chart's address, which need not be in the index, with options
   * @throws Error in Helm's words
   */
  static pullFrom(helm: Helm, repository: Repository, reference: string[]): Promise<Buffer> {
    const [url = ""] = reference;
    return HelmRepository.configured(helm, repository, async (used) =>
      used.pull(...(url.startsWith("oci://") ? reference : await writeIndexOfOne(used.folder, used.name, url))),
    );
  }

  /** Credentials are on the disk no longer than `work` takes. */
  private static configured<T>(helm: Helm, repository: Repository, work: (repository: HelmRepository) => Promise<T>): Promise<T> {
    const { metadata, spec } = repository;
    const { caCertificates, insecure } = trustOf(repository);
    return helm.inFolder(async (folder) => {
      const caFile = join(folder, CA_FILE);
      if (caCertificates !== undefined) await writeFile(caFile, caCertificates);
      const { username, password } = spec.basicAuth ?? {};
      const places = await writeRepository(folder, {
        ...{ name: metadata.name, url: spec.url, username, password },
        ...(caCertificates !== undefined && { caFile }),
        ...(insecure && { insecure_skip_tls_verify: true as const }),
      });
      return await work(new HelmRepository(helm, folder, metadata.name, places));
    });
  }

  /** Chart names with their versions. */
  async index(): Promise<Record<string, IndexEntry[]>> {
    const [index] = readYaml(await readFile(indexFile(this.folder, this.name), "utf8"));
    return (index as { entries?: Record<string, IndexEntry[]> } | undefined)?.entries ?? {};
  }

  /** @param chart as Helm's command line takes it */
  pull(...chart: string[]): Promise<Buffer> {
    return pullChart(this.helm, [...chart, ...this.places]);
  }

  private async run(args: string[]): Promise<void> {
    const { code, output } = await this.helm.fetch([...args, ...this.places], this.folder).ended;
    if (code !== 0) throw new Error(maskUrls(output.trim()));
  }
}

/**
 * @param chart as Helm's command line takes it
 * @throws Error in Helm's words; ConfigurationError for an archive that is larger than what it may hold
 */
export const pullChart = (helm: Helm, chart: string[], { caCertificates, insecure }: Trust = {}): Promise<Buffer> =>
  helm.inFolder(async (folder) => {
    if (caCertificates !== undefined) await writeFile(join(folder, CA_FILE), caCertificates);
    const trust = [...(caCertificates === undefined ? [] : ["--ca-file", CA_FILE]), ...(insecure ? ["--insecure-skip-tls-verify"] : [])];
    const [name = "", ...options] = chart;
    const { which } = await chartArguments({ chart: name }, folder);
    const { code, output } = await helm.fetch(["pull", ...which, ...options, ...trust, "--destination", folder], folder).ended;
    const [file] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    if (code !== 0 || file === undefined) throw new Error(maskUrls(output.trim()));
    const { size } = await stat(join(folder, file));
    if (size > MAX_CHART_SIZE) throw tooLarge(file, `${size} bytes`);
    return readFile(join(folder, file));
  });

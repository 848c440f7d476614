/**
 * A Repository, and charts by their addresses. What lies at an http(s) address is fetched here and not by Helm, which follows every redirect:
 * whoever tries a stranger's extension would ask his own machine and network for the stranger.
 */
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_CHART_SIZE, tooLarge } from "../../../kubesphere/chart/chartFiles";
import { fetchWithin } from "../../../kubesphere/chart/fetchWithin";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";
import { maskUrls } from "../../../cli/shared/urls";
import { chartArguments } from "../chartLogin.js";
import type { Helm } from "./helm.js";
import type { Repository } from "./objects.js";

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
  private readonly trust: Trust;

  constructor(
    private readonly helm: Helm,
    private readonly repository: Repository,
  ) {
    this.trust = trustOf(repository);
  }

  /** Chart names with their versions. @throws Error that says why it cannot be had */
  async index(): Promise<Record<string, IndexEntry[]>> {
    const [index] = readYaml((await this.fetch(this.address("index.yaml"), MAX_INDEX_SIZE)).toString());
    return (index as { entries?: Record<string, IndexEntry[]> } | undefined)?.entries ?? {};
  }

  /** @throws as {@link pullChart} */
  async pull({ name = "", version = "", urls: [url] = [] }: IndexEntry): Promise<Buffer> {
    if (url === undefined) throw new Error(`the index of ${maskUrls(this.base.href)} names no address of ${name} ${version}`);
    return this.pullFrom([this.address(url)]);
  }

  /** @param reference a chart's address, which need not be in the index, with options @throws as {@link pullChart} */
  async pullFrom(reference: readonly string[]): Promise<Buffer> {
    const [url = ""] = reference;
    return isHttp(url) ? this.fetch(url, MAX_CHART_SIZE) : pullChart(this.helm, reference, this.trust);
  }

  private get base(): URL {
    const { url = "" } = this.repository.spec;
    if (!URL.canParse(url)) throw new Error(`the address ${JSON.stringify(maskUrls(url))} of the Repository is none`);
    return new URL(url);
  }

  /** As Helm resolves what an index names. */
  private address(reference: string): string {
    const { base } = this;
    const { search } = base;
    if (!base.pathname.endsWith("/")) base.pathname += "/";
    const address = new URL(reference, base);
    if (!/^[a-z]+:\/\//i.test(reference) && address.search === "") address.search = search;
    return address.href;
  }

  /** The login goes to the repository's own server alone. */
  private async fetch(url: string, most: number): Promise<Buffer> {
    const address = new URL(url);
    const { username, password } = this.repository.spec.basicAuth ?? {};
    if (address.origin === this.base.origin && username !== undefined && password !== undefined)
      Object.assign(address, { username: encodeURIComponent(username), password: encodeURIComponent(password) });
    return fetchFile(address, most, this.trust);
  }
}

/**
 * @param reference an address, with options as Helm's command line takes them
 * @throws Error that says why it cannot be had; ConfigurationError for an archive that is larger than what it may hold
 */
export async function pullChart(helm: Helm, reference: readonly string[], trust: Trust = {}): Promise<Buffer> {
  const [address = "", ...options] = reference;
  return isHttp(address) ? fetchFile(new URL(address), MAX_CHART_SIZE, trust) : pullByHelm(helm, address, options, trust);
}

const isHttp = (address: string) => /^https?:\/\//.test(address);

/** In bytes; that of the largest public repository has some 25 MB. */
const MAX_INDEX_SIZE = 128 * 1024 * 1024;
const TIMEOUT_MS = 2 * 60_000;
/** As that of KubeSphere's manager, which fetches by Helm's library: a server may answer by it. */
const USER_AGENT = "Helm/3 kubesphere-sim";

async function fetchFile(address: URL, most: number, { caCertificates: ca, insecure }: Trust): Promise<Buffer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const failure = (why: string) => new Error(maskUrls(`failed to fetch ${address.href}: ${why}`));
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    const response = await fetchWithin(address.href, {
      signal,
      userAgent: USER_AGENT,
      tls: { ...(ca !== undefined && { ca }), rejectUnauthorized: insecure !== true },
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw failure(`HTTP ${response.status}`);
    }
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > most) throw tooLarge(maskUrls(address.href), `more than ${most} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw failure(`it took longer than ${TIMEOUT_MS / 1000} s`);
    const { message } = error as Error;
    throw message.includes(address.host) ? error : failure(message);
  }
  return Buffer.concat(chunks);
}

/** From a registry. */
const pullByHelm = (helm: Helm, address: string, options: readonly string[], { caCertificates, insecure }: Trust): Promise<Buffer> =>
  helm.inFolder(async (folder) => {
    if (caCertificates !== undefined) await writeFile(join(folder, CA_FILE), caCertificates);
    const trust = [...(caCertificates === undefined ? [] : ["--ca-file", CA_FILE]), ...(insecure ? ["--insecure-skip-tls-verify"] : [])];
    const { which } = await chartArguments({ chart: address }, folder);
    const { code, output } = await helm.fetch(["pull", ...which, ...options, ...trust, "--destination", folder], folder).ended;
    const [file] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    if (code !== 0 || file === undefined) throw new Error(maskUrls(output.trim()));
    const { size } = await stat(join(folder, file));
    if (size > MAX_CHART_SIZE) throw tooLarge(file, `${size} bytes`);
    return readFile(join(folder, file));
  });

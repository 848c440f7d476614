/** Helm, and the package as it renders it. */
import { readFileSync } from "fs";
import { mkdir, rm, writeFile } from "fs/promises";
import { dirname, join } from "path";
import { loadAll } from "js-yaml";
import { targetNamespace } from "../../kubesphere/api";
import { unpackChartArchive } from "../../kubesphere/archive";
import type { ChartFile } from "../../kubesphere/chart";
import type { ExtensionPackage } from "../../kubesphere/extensionPackage";
import { temporaryFolder } from "../../kubesphere/temporaryFolder";
import { run, type Finished } from "../../sandbox/src/processes";
import { tools, type Tool } from "../../sandbox/src/tools/catalogue";
import { findOnPath } from "../../sandbox/src/tools/find";
import type { KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";

/** PATH's Helm, when its version is one that this is tested with; else the one that the sandbox has got for itself. */
export async function findHelm(cache: string, path = process.env["PATH"] ?? ""): Promise<string> {
  const tool = tools.find(({ name }) => name === "helm") as Tool;
  const found = await findOnPath(tool, { path, except: cache });
  if ("paths" in found) return found.paths["helm"] as string;
  const own = sandboxHelm(cache);
  if (own !== undefined && (await run(own, ["version"])).code === 0) return own;
  const range = tool.version.accepted;
  throw new Failure(
    `This needs Helm ${range}. On PATH: ${found.reason}. In ${cache}: none.\n` +
      "Install it (https://helm.sh/docs/intro/install), or run `npm run sandbox -- up` once: it gets one for itself.",
  );
}

function sandboxHelm(cache: string): string | undefined {
  try {
    const record = JSON.parse(readFileSync(join(cache, "tools", "sources.json"), "utf8")) as { helm?: { paths?: { helm?: string } } };
    return record.helm?.paths?.helm;
  } catch {
    return undefined;
  }
}

export interface RenderedObject extends KubernetesObject {
  /** The template, as a path in the package. */
  readonly template: string;
  readonly [field: string]: unknown;
}

/** A package, unpacked for Helm: only folders are linted together with the charts within. */
export class HelmPackage {
  /** Where the extension is installed. */
  readonly namespace: string;

  private constructor(
    private readonly helm: string,
    private readonly pkg: ExtensionPackage,
    private readonly root: string,
    private readonly files: readonly ChartFile[],
  ) {
    this.namespace = pkg.metadata.namespace ?? targetNamespace(pkg.name);
  }

  /** Unpacks it for the time of some work. */
  static async use<T>(helm: string, pkg: ExtensionPackage, work: (unpacked: HelmPackage) => Promise<T>): Promise<T> {
    const root = await temporaryFolder("extension");
    try {
      const archive = join(root, "package.tgz");
      await writeFile(archive, pkg.archive);
      const files = await unpackChartArchive(archive);
      for (const { path, data } of files) {
        const file = join(root, pkg.name, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, data);
      }
      return await work(new HelmPackage(helm, pkg, root, files));
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  lint(): Promise<Finished> {
    return this.run("lint", this.pkg.name, "--strict", "--with-subcharts");
  }

  /** @param args values, as Helm's own options; relative paths in them are meant from the current folder */
  template(args: readonly string[]): Promise<Finished> {
    const { name } = this.pkg;
    return this.run("template", name, join(this.root, name), "--namespace", this.namespace, "--include-crds", "--skip-tests", ...args);
  }

  private run(command: string, ...args: readonly string[]): Promise<Finished> {
    // Lint names files by the path that it was given: a relative one is short.
    return run(this.helm, [command, ...args], command === "lint" ? { cwd: this.root } : {});
  }

  /** The kinds that templates speak of, whether this or that value renders them. */
  statedKinds(): ReadonlySet<string> {
    const templates = this.files.filter(({ path }) => /(?:^|\/)(?:templates|crds)\//.test(path));
    return new Set(
      templates.flatMap(({ data }) =>
        [
          ...Buffer.from(data)
            .toString()
            .matchAll(/\bkind:\s*["']?(\w+)/g),
        ].map(([, kind = ""]) => kind),
      ),
    );
  }

  /** Helm's words without the folder that only this run knows. */
  readable(text: string): string {
    return text
      .replaceAll(`${this.root}/`, "")
      .replace(/\n\nUse --debug flag[^\n]*/, "")
      .trim();
  }
}

/** @param rendered what `helm template` printed */
export function objectsIn(rendered: string): RenderedObject[] {
  return rendered.split(/^---.*$/m).flatMap((text) => {
    const template = /^# Source: [^/\n]+\/(.*)$/m.exec(text)?.[1] ?? "";
    const bodies = loadAll(text).filter((body) => typeof body === "object" && body !== null) as Omit<RenderedObject, "template">[];
    return bodies.map((body) => ({ ...body, template }) as RenderedObject);
  });
}

export interface IngressSettings {
  readonly className: string;
  readonly domainSuffix: string;
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** What KubeSphere adds to every extension's values once ks-core has a domain suffix. */
export const ingressArgs = ({ className, domainSuffix, httpPort, httpsPort }: IngressSettings): string[] => [
  "--set-json",
  `global.extension.ingress=${JSON.stringify({ ingressClassName: className, domainSuffix, httpPort, httpsPort })}`,
];

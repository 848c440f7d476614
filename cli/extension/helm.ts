/** Helm, and the package as it renders it. */
import { readFileSync } from "fs";
import { mkdir, rm, writeFile } from "fs/promises";
import { dirname, join } from "path";
import { targetNamespace } from "../../kubesphere/api";
import { contentOf, type ChartFile } from "../../kubesphere/chart/chartFiles";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { mergeValues, type Values } from "../../kubesphere/chart/helmValues";
import { dependenciesIn, releaseOfPart, tagsOf, valuesOfPart, type Part } from "../../kubesphere/extension/installedParts";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { renderEnvironment } from "../../kubesphere/chart/helmEnvironment";
import { run, type Finished } from "../../sandbox/src/processes";
import { tools, type Tool } from "../../sandbox/src/tools/catalogue";
import { findOnPath } from "../../sandbox/src/tools/find";
import type { KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { fileNameOf } from "../shared/fileName";
import { fromTemplates } from "../shared/manifest";
import { inParallel } from "../../kubesphere/parallel";
import { refuseUnrenderable } from "../shared/renderable";
import { subcharts } from "./subchartValues";

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
  /** Path in the package. Not `template`, which a PodTemplate has itself. */
  readonly templateFile: string;
  readonly [field: string]: unknown;
}

/** What says which charts come along, and with which values. */
const STATING = /(?:^|\/)(?:Chart|requirements|values|extension)\.yaml$/;

/** A package, unpacked for Helm: only folders are linted together with the charts within. */
export class HelmPackage {
  /** Where the extension is installed. */
  readonly namespace: string;

  private constructor(
    private readonly helm: string,
    private readonly pkg: ExtensionPackage,
    private readonly root: string,
    /** Those of {@link STATING}. */
    private readonly files: readonly ChartFile[],
  ) {
    this.namespace = pkg.metadata.namespace ?? targetNamespace(pkg.name);
  }

  /** Unpacks it for the time of some work. @throws Failure when Helm had better not see it */
  static async use<T>(helm: string, pkg: ExtensionPackage, work: (unpacked: HelmPackage) => Promise<T>): Promise<T> {
    const root = await temporaryFolder("extension");
    try {
      const folder = join(root, fileNameOf([pkg.name]));
      await refuseUnrenderable(pkg.contents, pkg.name);
      const files: ChartFile[] = [];
      for (const content of pkg.contents) {
        const [path, data] = [join(folder, content.path), await contentOf(content)];
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, data);
        if (STATING.test(content.path)) files.push({ path: content.path, data });
      }
      return await work(new HelmPackage(helm, pkg, root, files));
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  /**
   * The outermost chart for each part, then each chart within that comes along in one, with the values that it gets there: with its own
   * alone it may not even render.
   * @param args such as `--kube-version` with its value
   * @param injected what KubeSphere sets over the values of every extension
   * @returns what Helm said of all of them
   */
  async lint(parts: readonly Part[], args: readonly string[], injected: Values): Promise<string> {
    const { name } = this.pkg;
    const stated = await dependenciesIn(this.files);
    const ofParts = await Promise.all(
      parts.map(async (part) => {
        const values = mergeValues(injected, await valuesOfPart(part, this.files));
        return [{ folder: "", values }, ...subcharts(this.files, values, { stated, tags: tagsOf(part) })];
      }),
    );
    const charts = new Map(ofParts.flat().map((it) => [JSON.stringify(it), it])).values();
    const said = await inParallel([...[...charts].entries()], async ([index, { folder, values }]) => {
      const file = join(this.root, `values-${index}.json`);
      await writeFile(file, JSON.stringify(values), { mode: 0o600 });
      return this.run("lint", join(name, folder), "--strict", "--values", file, ...args);
    });
    return said.map(({ stdout }) => stdout).join("\n");
  }

  /**
   * What an install makes on the host or on a member.
   * @param args values, as Helm's own options; relative paths in them are meant from the current folder
   */
  async template(part: Part, args: readonly string[]): Promise<Finished> {
    const over = join(this.root, `${part}.json`);
    await writeFile(over, JSON.stringify(await valuesOfPart(part, this.files)));
    const where = [releaseOfPart(part, this.pkg.name), join(this.root, this.pkg.name), "--namespace", this.namespace];
    return this.run("template", ...where, "--include-crds", "--skip-tests", ...args, "--values", over);
  }

  private run(command: string, ...args: readonly string[]): Promise<Finished> {
    const env = renderEnvironment(join(this.root, ".helm"));
    // Lint names files by the path that it was given: a relative one is short.
    return run(this.helm, [command, ...args], command === "lint" ? { cwd: this.root, env } : { env });
  }

  /** Helm's words without the folder that only this run knows. */
  readable(text: string): string {
    return text
      .replaceAll(`${this.root}/`, "")
      .replace(/\n\nUse --debug flag[^\n]*/, "")
      .trim();
  }
}

/**
 * @param rendered what `helm template` printed
 * @throws Failure that names the template and the line where it is no YAML
 */
export const objectsIn = (rendered: string): RenderedObject[] =>
  fromTemplates(rendered).map(({ object, template }) => ({ ...object, templateFile: template }));

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

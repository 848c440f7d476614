/** `lint`: whether the extension can be published and will install, as far as that can be told without a cluster. */
import { existsSync } from "fs";
import { join } from "path";
import * as semver from "semver";
import { checkCompatibility } from "../../kubesphere/compatibility";
import { ConfigurationError, type Problem } from "../../kubesphere/errors";
import { packExtension, type ExtensionPackage } from "../../kubesphere/extensionPackage";
import { command, usageError } from "../shared/command";
import { plainRendering } from "../shared/rendering";
import { findHelm, HelmPackage, ingressArgs, objectsIn, type RenderedObject } from "./helm";
import { brokenReferences, named } from "./references";
import { missingRights, needlessRights, type Right } from "./rights";

export interface Finding {
  /** The file at fault, as near as it is known. */
  readonly path: string;
  readonly found: string;
  /** What to do about it. */
  readonly mend: string;
}

export const lintCommand = command({
  help: `lint SOURCE [--kube-version VERSION] [--ks-version VERSION]
  Checks the source as a stack does, then with \`helm lint --strict\`, then what is rendered without values and with an Ingress:
  rights for every object and none besides, an Ingress that leads to a Service, a front end that is there.

  --kube-version VERSION  Kubernetes to check for, such as 1.31.0
  --ks-version VERSION    KubeSphere to check for, such as 4.1.2

  Exit code 1 when there is anything to mend.`,
  options: { "kube-version": { type: "string" }, "ks-version": { type: "string" } },
  words: [1, 1],
  async run({ words: [source = ""], values, cache, progress }) {
    const versions = {
      kubernetes: version("--kube-version", values["kube-version"]),
      kubesphere: version("--ks-version", values["ks-version"]),
    };
    progress.now(`reading ${source}`);
    const rendering = await plainRendering(cache, values["kube-version"]);
    const pkg = await packExtension(source, rendering).catch((error: unknown) => {
      if (error instanceof ConfigurationError) return error;
      throw error;
    });
    if (pkg instanceof ConfigurationError) return outcome(source, [ofProblem(pkg)]);
    const problems = checkCompatibility([{ path: source, package: pkg }], versions);
    const helm = await findHelm(cache);
    progress.now("linting and rendering with Helm");
    // Helm would only repeat that the version does not fit, and render nothing.
    const kubeVersion = problems.length === 0 && versions.kubernetes !== undefined ? ["--kube-version", versions.kubernetes] : [];
    const findings = await HelmPackage.use(helm, pkg, (unpacked) => findIn(unpacked, pkg, source, kubeVersion));
    return outcome(`${pkg.name} ${pkg.version}`, [...problems.map(ofProblem), ...findings]);
  },
});

function version(option: string, text: string | undefined): string | undefined {
  if (text === undefined || semver.valid(text) !== null) return text;
  throw usageError(`${option} ${text}: use a whole version, such as 1.31.0`);
}

function outcome(what: string, findings: readonly Finding[]) {
  const lines = findings.map(({ path, found, mend }) => `✗ ${path}: ${found}${mend === "" ? "" : `\n    ${mend}`}`);
  return {
    text: findings.length === 0 ? `✓ ${what}: nothing to mend` : lines.join("\n"),
    json: { ok: findings.length === 0, findings },
    exitCode: findings.length === 0 ? (0 as const) : (1 as const),
  };
}

const ofProblem = ({ path, given, allowed, mend = "" }: Problem): Finding => ({
  path,
  found: `${given === undefined ? "is missing" : `${JSON.stringify(given)} is not allowed`}; allowed: ${allowed}`,
  mend,
});

/** Any suffix shows what an Ingress leads to. */
const SAMPLE_INGRESS = { className: "nginx", domainSuffix: "127.0.0.1.nip.io", httpPort: 30888, httpsPort: 443 };

async function findIn(unpacked: HelmPackage, pkg: ExtensionPackage, source: string, kubeVersion: readonly string[]): Promise<Finding[]> {
  const [lint, plain, exposed] = await Promise.all([
    unpacked.lint(),
    unpacked.template(kubeVersion),
    unpacked.template([...kubeVersion, ...ingressArgs(SAMPLE_INGRESS)]),
  ]);
  const ofHelm = lintFindings(unpacked.readable(lint.stdout), pkg.name, source);
  const failed = [
    ["without values", plain],
    ["with global.extension.ingress.*", exposed],
  ] as const;
  const ofRender = failed.flatMap(([how, { code, stderr }]) =>
    code === 0
      ? []
      : [{ path: source, found: `does not render ${how}: ${unpacked.readable(stderr)}`, mend: "An install renders it just so." }],
  );
  if (ofRender.length > 0) return [...ofHelm, ...ofRender];
  const renders = [plain, exposed].map(({ stdout }) => objectsIn(stdout));
  return [...ofHelm, ...objectFindings(unpacked, pkg, source, renders)];
}

/** Helm's verdicts look like `[WARNING] templates/: …`; what is only [INFO] is no fault. */
export function lintFindings(said: string, name: string, source: string): Finding[] {
  let folder = "";
  return said.split("\n").flatMap((line) => {
    folder = /^==> Linting (.+)$/.exec(line)?.[1] ?? folder;
    const [, path, found] = /^\[(?:WARNING|ERROR)\] ([^:]+): (.*)$/.exec(line) ?? [];
    if (path === undefined || found === undefined) return [];
    return [{ path: shown(source, name, join(folder, path).slice(name.length + 1)), found, mend: "" }];
  });
}

/** Where the author finds a file of the package: a plain chart lies in it under charts/<name>. */
function shown(source: string, name: string, path: string): string {
  const own = path.startsWith(`charts/${name}/`) ? path.slice(`charts/${name}/`.length) : path;
  return [join(source, path), join(source, own)].find((file) => existsSync(file)) ?? `${source}: ${path}`;
}

function objectFindings(
  unpacked: HelmPackage,
  pkg: ExtensionPackage,
  source: string,
  renders: readonly (readonly RenderedObject[])[],
): Finding[] {
  const { namespace } = unpacked;
  const at = ({ templateFile }: RenderedObject) => shown(source, pkg.name, templateFile);
  const broken = renders.flatMap((objects) =>
    brokenReferences(objects, namespace).map(({ object, found, mend }) => ({ path: at(object), found: `${named(object)} ${found}`, mend })),
  );
  const missing = renders.flatMap((objects) =>
    missingRights(objects, pkg, namespace).map(({ object, verbs, ...right }) => ({
      path: at(object),
      found: `${named(object)}: the executor may not ${verbs.join(", ")} ${spelled(right)}`,
      mend: `Add that to the ${right.role} in permissions.yaml beside Chart.yaml.`,
    })),
  );
  const needless = needlessRights(renders.flat(), unpacked.statedKinds(), pkg).map((right) => ({
    path: shown(source, pkg.name, "permissions.yaml"),
    found: `the ${right.role} grants ${spelled(right)}, which no template makes`,
    mend: "Take it out.",
  }));
  const all = [...broken, ...missing, ...needless];
  // Both renders say most things.
  return [...new Map(all.map((finding) => [JSON.stringify(finding), finding])).values()];
}

const spelled = ({ group, resource }: Pick<Right, "group" | "resource">) => (group === "" ? resource : `${resource}.${group}`);

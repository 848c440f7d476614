/** `lint`: whether the extension can be published and will install, as far as that can be told without a cluster. */
import { existsSync } from "fs";
import { join } from "path";
import * as semver from "semver";
import { checkPlatform } from "../../kubesphere/extension/compatibility";
import { explainConfigMap } from "../../kubesphere/extension/configMapSize";
import type { TargetCluster } from "../../kubesphere/chart/chartRenderer";
import type { Draft } from "../../kubesphere/extension/draft";
import { ConfigurationError, type Problem } from "../../kubesphere/errors";
import { withGivenRights } from "../../kubesphere/extension/givenRights";
import { needsOf } from "../../kubesphere/extension/extensionFacts";
import { pack, readExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { partsOf } from "../../kubesphere/extension/installedParts";
import { CONTROLLER_NAMES, controllerOf } from "../../kubesphere/ingress/controllers";
import { toldIngress, type ToldIngress } from "../../kubesphere/ingress/toldIngress";
import { mergeValues, type Values } from "../../kubesphere/chart/helmValues";
import { judgeRecord } from "../../kubesphere/chart/releaseRecord";
import { command, usageError } from "../shared/command";
import type { Rendering } from "../../kubesphere/extension/rendering";
import { noCluster, renderingBy, SAMPLE_VALUES, targetCluster } from "../shared/rendering";
import { findHelm, HelmPackage, objectsIn, type RenderedObject } from "./helm";
import { oddities } from "./oddities";
import { menuFaults } from "./menus";
import { brokenReferences, named } from "./references";
import { missingRights, needlessRights, type NeedlessRight } from "./rights";
import { looseEnds } from "./wiring";

export interface Finding {
  /** The file at fault, as near as it is known. */
  readonly path: string;
  readonly found: string;
  /** What to do about it. */
  readonly mend: string;
  /** Who found it. */
  readonly tool: "helm lint" | "helm template" | "lint";
  /** What only could be better fails nothing. */
  readonly severity: "error" | "warning";
}

export const lintCommand = command({
  help: `lint SOURCE [--kube-version VERSION] [--ks-version VERSION] [--kubeconfig FILE] [--context NAME] [--ingress NAME]
  Checks the source as a stack does, then with \`helm lint --strict\`, then what is rendered without values and with an Ingress:
  rights for every object and none besides, an Ingress that leads to a Service, a front end that is there, menu entries that
  KubeSphere shows: 4.2 has no topbar and no project.

  --kube-version VERSION  Kubernetes to check for, such as 1.31.0
  --ks-version VERSION    KubeSphere to check for, such as 4.2.1 (default: any that ksVersion lets in)
  --kubeconfig FILE       of a cluster, to check for its version and for what it serves, and not for --kube-version (default: none is asked)
  --context NAME          of the kubeconfig, or of the user's own where none is named
  --ingress NAME          the ingress controller to check for, as \`ingress.controller\` of a stack: ${CONTROLLER_NAMES.join(", ")} (default: ingress-nginx)
  --ingress-class NAME    its IngressClass (default: its own); traefik with class nginx takes the place of ingress-nginx

  Exit code 1 when there is anything to mend.`,
  options: {
    ingress: { type: "string" },
    "ingress-class": { type: "string" },
    "kube-version": { type: "string" },
    "ks-version": { type: "string" },
    kubeconfig: { type: "string" },
    context: { type: "string" },
  },
  words: [1, 1],
  async run({ words: [source = ""], values, cache, progress }) {
    const { kubeconfig, context } = values;
    const stated = wholeVersion("--kube-version", values["kube-version"]);
    const kubesphere = wholeVersion("--ks-version", values["ks-version"]);
    progress.now(`reading ${source}`);
    const cluster = kubeconfig === undefined && context === undefined ? undefined : await targetCluster({ kubeconfig, context });
    const versions = { kubernetes: cluster?.kubeVersion ?? stated, kubesphere };
    const ingress = ingressIn(values.ingress, values["ingress-class"]);
    const rendering = { ...(await renderingBy(cache, cluster ?? noCluster(stated), sampleValues(ingress))), ingress };
    const read = await readAndPack(source, rendering).catch((error: unknown) => {
      if (error instanceof ConfigurationError) return error;
      throw error;
    });
    if (read instanceof ConfigurationError) return outcome(source, [ofProblem(read)]);
    const { draft, pkg } = read;
    const problems = checkPlatform({ path: source, package: pkg }, versions);
    const helm = await findHelm(cache);
    progress.now("linting and rendering with Helm");
    // Helm would only repeat that the version does not fit, and render nothing.
    const kubeVersion = problems.length === 0 && versions.kubernetes !== undefined ? ["--kube-version", versions.kubernetes] : [];
    const linted = { draft, pkg, source, cluster: rendering.cluster, kubesphere };
    const findings = await HelmPackage.use(helm, pkg, (unpacked) => findIn(unpacked, linted, kubeVersion));
    const odd = (await oddities(draft)).map(({ path, found }) => ({ ...oddity, path: shown(source, pkg.name, path), found }));
    return outcome(`${pkg.name} ${pkg.version}`, [
      ...problems.map(ofProblem),
      ...findings,
      ...odd,
      ...neededExtensions(draft, source),
      ...pkg.learnt.notes.map((note): Finding => ({ path: source, found: note, mend: "", tool: "lint", severity: "warning" })),
      ...(await sizeFindings(pkg, source)),
    ]);
  },
});

/** @throws Failure for a controller that nobody knows */
function ingressIn(given: string | undefined, className: string | undefined): ToldIngress | undefined {
  if (given === undefined && className !== undefined) throw usageError("--ingress-class says nothing without --ingress");
  const name = CONTROLLER_NAMES.find((it) => it === given);
  if (given !== undefined && name === undefined) throw usageError(`--ingress ${given}: use ${CONTROLLER_NAMES.join(", ")}`);
  return name && toldIngress(name, className ?? controllerOf(name).className);
}

/** With the class of the controller, for charts that take it. */
const sampleValues = (ingress: ToldIngress | undefined): Values =>
  ingress === undefined
    ? SAMPLE_VALUES
    : mergeValues(SAMPLE_VALUES, { global: { extension: { ingress: { ingressClassName: ingress.className } } } });

/** @throws Failure for a range or a part of a version */
export function wholeVersion(option: string, text: string | undefined): string | undefined {
  if (text === undefined || semver.valid(text) !== null) return text;
  throw usageError(`${option} ${text}: use a whole version, such as 1.31.0`);
}

interface Linted {
  readonly source: string;
  readonly draft: Draft;
  readonly pkg: ExtensionPackage;
  readonly cluster: TargetCluster;
  /** To check for. Default: any. */
  readonly kubesphere: string | undefined;
}

async function readAndPack(source: string, rendering: Rendering): Promise<Pick<Linted, "draft" | "pkg">> {
  const draft = await readExtension(source);
  return { draft, pkg: await pack(draft, rendering) };
}

function outcome(what: string, findings: readonly Finding[]) {
  const isFine = findings.every(({ severity }) => severity === "warning");
  const lines = findings.map(
    ({ path, found, mend, tool, severity }) =>
      `${severity === "error" ? "✗" : "!"} ${path}: ${found} [${tool}]${mend === "" ? "" : `\n    ${mend}`}`,
  );
  return {
    text: [...lines, ...(isFine ? [`✓ ${what}: nothing to mend`] : [])].join("\n"),
    json: { ok: isFine, findings },
    exitCode: isFine ? (0 as const) : (1 as const),
  };
}

const oddity = { mend: "It is taken all the same.", tool: "lint", severity: "warning" } as const;

const ofProblem = ({ path, given, allowed, mend = "" }: Problem): Finding => ({
  path,
  found: `${given === undefined ? "is missing" : `${JSON.stringify(given)} is not allowed`}; allowed: ${allowed}`,
  mend,
  tool: "lint",
  severity: "error",
});

/** Only a stack can tell whether they are there. */
const neededExtensions = ({ name, metadata: { externalDependencies = [] } }: Draft, source: string): Finding[] =>
  externalDependencies
    .filter(({ required, type = "extension" }) => required && type === "extension")
    .map((needed) => ({
      path: shown(source, name, "extension.yaml"),
      found: `needs the extension ${needed.name} ${needed.version}`,
      mend: "A stack that installs this one must have that one among its extensions, too.",
      tool: "lint",
      severity: "warning",
    }));

async function sizeFindings(pkg: ExtensionPackage, source: string): Promise<Finding[]> {
  const common = { path: source, tool: "lint" } as const;
  const record = judgeRecord(pkg.learnt.record);
  const configMap = await explainConfigMap(pkg, "");
  return [
    ...(record === undefined
      ? []
      : [{ ...common, found: record.found, mend: record.mend, severity: record.isTooLarge ? ("error" as const) : ("warning" as const) }]),
    // Where KubeSphere fetches it by itself it may be as large as it is.
    ...(configMap === undefined
      ? []
      : [{ ...common, found: `${configMap.found}; allowed: ${configMap.allowed}`, mend: configMap.mend, severity: "warning" as const }]),
  ];
}

/** Key by key: a whole `global` would take the place of what a member is told. */
const SAMPLE_ARGS = Object.entries(SAMPLE_VALUES["global"] as Values).flatMap(([key, value]) => [
  "--set-json",
  `global.${key}=${JSON.stringify(value)}`,
]);

async function findIn(unpacked: HelmPackage, linted: Linted, kubeVersion: readonly string[]): Promise<Finding[]> {
  const { pkg, source, cluster } = linted;
  const rendersFor = [...kubeVersion, ...cluster.apiVersions.flatMap((it) => ["--api-versions", it])];
  const parts = partsOf(pkg.metadata);
  const wanted = parts.flatMap((part) => [
    { part, how: "without values", args: rendersFor },
    { part, how: "with global.extension.ingress.*", args: [...rendersFor, ...SAMPLE_ARGS] },
  ]);
  const [lint, rendered] = await Promise.all([
    unpacked.lint(parts, kubeVersion, SAMPLE_VALUES),
    Promise.all(wanted.map(async ({ part, how, args }) => ({ part, how, ...(await unpacked.template(part, args)) }))),
  ]);
  const said = lintFindings(unpacked.readable(lint), pkg.name, source);
  const ofHelm = linted.draft.wrapped === undefined ? said : said.filter((finding) => !isOfDependencies(finding));
  const ofRender = rendered
    .filter(({ code }) => code !== 0)
    .map(({ part, how, stderr }): Finding => ({
      path: source,
      found: `does not render ${how}${part === "agent" ? " on a member cluster" : ""}: ${unpacked.readable(stderr)}`,
      mend: "An install renders it just so.",
      tool: "helm template",
      severity: "error",
    }));
  if (ofRender.length > 0) return [...ofHelm, ...ofRender];
  const renders = rendered.map(({ stdout }) => objectsIn(stdout));
  return [...ofHelm, ...(await objectFindings(unpacked.namespace, linted, renders))];
}

/** Helm's verdicts look like `[WARNING] templates/: …`; what is only [INFO] is no fault. */
export function lintFindings(said: string, name: string, source: string): Finding[] {
  let folder = "";
  return said.split("\n").flatMap((line): Finding[] => {
    folder = /^==> Linting (.+)$/.exec(line)?.[1] ?? folder;
    const [, path, found] = /^\[(?:WARNING|ERROR)\] ([^:]+): (.*)$/.exec(line) ?? [];
    if (path === undefined || found === undefined) return [];
    return [
      {
        path: shown(source, name, withinFolder(folder, path).slice(name.length + 1)),
        found,
        mend: "",
        tool: "helm lint",
        severity: "error",
      },
    ];
  });
}

/** Some of Helm's rules name the file by itself, one with the folder already. */
const withinFolder = (folder: string, path: string) => (path === folder || path.startsWith(`${folder}/`) ? path : join(folder, path));

/** Helm's lint knows no conditions: what is missing in spite of them has been refused before. */
const isOfDependencies = ({ tool, found }: Finding) =>
  tool === "helm lint" && found.startsWith("chart directory is missing these dependencies");

/** Where the author finds a file of the package: a plain chart lies in it under charts/<name>. */
function shown(source: string, name: string, path: string): string {
  const own = path.startsWith(`charts/${name}/`) ? path.slice(`charts/${name}/`.length) : path;
  return [join(source, path), join(source, own)].find((file) => existsSync(file)) ?? `${source}: ${path}`;
}

async function objectFindings(
  namespace: string,
  { draft, pkg, source, cluster, kubesphere }: Linted,
  renders: readonly (readonly RenderedObject[])[],
): Promise<Finding[]> {
  const ours = { tool: "lint", severity: "error" } as const;
  const permissions = shown(source, pkg.name, "permissions.yaml");
  const at = (templateFile: string | undefined) => (templateFile === undefined ? permissions : shown(source, pkg.name, templateFile));
  const broken = renders.flatMap((objects) =>
    brokenReferences(objects, namespace).map(({ object, found, mend }) => ({
      ...{ path: at(object.templateFile), found: `${named(object)} ${found}`, mend },
      ...ours,
    })),
  );
  const loose = renders.flatMap((objects) =>
    looseEnds(objects, namespace).map(({ object, found, mend, isRisk }): Finding => ({
      ...{ path: at(object.templateFile), found: `${named(object)} ${found}`, mend, tool: "lint" },
      severity: isRisk ? "warning" : "error",
    })),
  );
  const menus = renders.flatMap((objects) =>
    menuFaults(objects, pkg.metadata, kubesphere).map(({ templateFile, found, mend, isRisk }): Finding => ({
      ...{ path: templateFile === undefined ? source : shown(source, pkg.name, templateFile), found, mend, tool: "lint" },
      severity: isRisk ? "warning" : "error",
    })),
  );
  const needs = needsOf(renders.flat(), { namespace, discovered: cluster.resources, templates: await draft.templates() });
  const granted = { rules: withGivenRights(pkg.rules), clusterRules: pkg.clusterRules };
  const missing = missingRights(needs, granted).map(({ object, role, what, verbs }) => ({
    path: at(object?.templateFile),
    found: `${object === undefined ? "" : `${named(object)}: `}the executor may not ${verbs.join(", ")} ${what}`,
    mend: `Add that to the ${role} in permissions.yaml beside Chart.yaml.`,
    ...ours,
  }));
  // Nothing is too much of what was derived from the same objects.
  const needless = draft.permissions === undefined ? [] : needlessRights(needs, draft.permissions);
  const all = [
    ...broken,
    ...loose,
    ...menus,
    ...missing,
    ...needless.map((right) => ({ path: permissions, tool: "lint" as const, ...ofNeedless(right) })),
  ];
  // The renders say most things alike.
  return [...new Map(all.map((finding) => [JSON.stringify(finding), finding])).values()];
}

export function ofNeedless({ role, what, verdict }: NeedlessRight): Pick<Finding, "found" | "mend" | "severity"> {
  switch (verdict.is) {
    case "needless":
      return { found: `the ${role} grants ${what}, which no template makes`, mend: "Take it out.", severity: "error" };
    case "in vain":
      return {
        found: `the ${role} grants ${what}, which is needed in the whole cluster, where a Role grants nothing`,
        mend: "Move it to the ClusterRole, unless that has it.",
        severity: "error",
      };
    case "wide":
      return {
        found: `the ${role} grants ${what}`,
        mend: `It is wide: ${verdict.enough.join(", ")} would do.`,
        severity: "warning",
      };
  }
}

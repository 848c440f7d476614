/** The inputs of a Helm release and the helm arguments they stand for. */
import { createHash } from "node:crypto";
import type { HelmChart } from "../../chartLogin.js";
import { changes, detailed } from "../diff.js";
import { parseUrn, type CheckFailure, type Diff, type Resource } from "../provider.js";
import { isObject, reveal, revealAll, without, type Properties, type Value } from "../values.js";
import { lastInputs } from "./state.js";

/** What the official provider fills in, and so has in state. */
export const RELEASE_DEFAULTS: Properties = {
  allowNullValues: false,
  atomic: false,
  cleanupOnFail: false,
  createNamespace: false,
  dependencyUpdate: false,
  description: "",
  devel: false,
  disableCRDHooks: false,
  disableOpenapiValidation: false,
  disableWebhooks: false,
  forceUpdate: false,
  keyring: "",
  lint: false,
  postrender: "",
  recreatePods: false,
  renderSubchartNotes: false,
  replace: false,
  resetValues: false,
  reuseValues: false,
  skipAwait: false,
  skipCrds: false,
  values: {},
  verify: false,
  waitForJobs: false,
};

/** `dependencyUpdate` would bring charts that nobody has looked at before Helm renders them. */
const NOT_SERVED = ["dependencyUpdate", "disableCRDHooks", "keyring", "lint", "postrender", "recreatePods", "valueYamlFiles", "verify"];

const REPOSITORY_OPTIONS = ["caFile", "password", "repo", "username"];

/** Outputs that the Node SDK sends along as inputs, and its own mark. */
const NOT_INPUTS = ["compat", "manifest", "resourceNames", "status"];

function refusals(news: Properties): CheckFailure[] {
  const refused = NOT_SERVED.filter((name) => news[name] !== undefined && news[name] !== RELEASE_DEFAULTS[name]);
  const repository = Object.keys(isObject(news["repositoryOpts"]) ? news["repositoryOpts"] : {});
  const all = [...refused, ...repository.filter((name) => !REPOSITORY_OPTIONS.includes(name)).map((name) => `repositoryOpts.${name}`)];
  return all.map((property) => ({ property, reason: "the sandbox's stand-in provider does not serve it; the official provider does" }));
}

/** The inputs with name, namespace and defaults filled in; the chart's version is left to the caller. */
export function fillRelease(
  { urn, seed }: { urn: string; seed: Buffer },
  olds: Properties,
  given: Properties,
  namespace: string,
): { inputs: Properties; failures: CheckFailure[] } {
  const news = without(given, ...NOT_INPUTS);
  const drawn = `${parseUrn(urn).name.toLowerCase()}-${createHash("sha256").update(seed).digest("hex").slice(0, 8)}`;
  const timeout = reveal(news["skipAwait"] ?? false) === true ? 0 : 300;
  const inputs = { ...RELEASE_DEFAULTS, name: olds["name"] ?? drawn, namespace, timeout, ...news };
  return { inputs, failures: refusals(inputs) };
}

/**
 * Additions and updates against the release as it was last seen, deletions against what was asked for last: be it by an upgrade that
 * failed, which must not keep what the program takes back.
 */
export function diffRelease(old: Resource, news: Properties): Diff {
  const found = changes(revealAll(old.outputs), revealAll(lastInputs(old)), revealAll(news));
  const diffs = [...new Set(found.map(({ path }) => String(path[0])))].sort();
  const replaces = diffs.filter((name) => name === "name" || name === "namespace");
  return { changed: found.length > 0, replaces, diffs, detailed: detailed(found) };
}

const FLAGS = {
  both: {
    atomic: "--atomic",
    createNamespace: "--create-namespace",
    disableOpenapiValidation: "--disable-openapi-validation",
    disableWebhooks: "--no-hooks",
    forceUpdate: "--force",
    renderSubchartNotes: "--render-subchart-notes",
    skipCrds: "--skip-crds",
    takeOwnership: "--take-ownership",
    waitForJobs: "--wait-for-jobs",
  },
  install: { replace: "--replace" },
  upgrade: { cleanupOnFail: "--cleanup-on-fail", resetValues: "--reset-values", reuseValues: "--reuse-values" },
};

/** Which chart, from wherever it is. The version found at check counts only where Helm has a choice. */
export function chartAddress({ chart, version, repositoryOpts }: Properties): HelmChart {
  const options = isObject(repositoryOpts) ? repositoryOpts : {};
  // The SDK's "" is what is not there.
  const text = (value: Value | undefined) => (value === undefined || value === null || value === "" ? undefined : String(reveal(value)));
  const repository = text(options["repo"]);
  const [username, password, caFile] = [options["username"], options["password"], options["caFile"]].map(text);
  const isOci = String(chart).startsWith("oci://");
  const hasChoice = repository !== undefined || isOci;
  return {
    chart: String(chart),
    repository,
    version: hasChoice ? text(version) : undefined,
    ...{ username, password },
    // As the official provider: for a registry it makes a client with certificates only where there is a login.
    ...(caFile !== undefined && (!isOci || (username !== undefined && password !== undefined)) && { caFile }),
  };
}

export const develArguments = ({ devel }: Properties): string[] => (devel === true ? ["--devel"] : []);

/** `helm install` or `helm upgrade` of revealed inputs with a chart on the disk; the values go to standard input. */
export function releaseArguments(command: "install" | "upgrade", inputs: Properties, timeoutSeconds: number): string[] {
  const flags: Record<string, string> = { ...FLAGS.both, ...FLAGS[command] };
  const timeout = timeoutSeconds || Number(inputs["timeout"]);
  return [
    command,
    String(inputs["name"]),
    String(inputs["chart"]),
    ...develArguments(inputs),
    "--namespace",
    String(inputs["namespace"]),
    "--values",
    "-",
    "--output",
    "json",
    ...Object.entries(flags).flatMap(([name, flag]) => (inputs[name] === true ? [flag] : [])),
    ...(inputs["description"] ? ["--description", String(inputs["description"])] : []),
    ...(command === "upgrade" && inputs["maxHistory"] !== undefined ? ["--history-max", String(inputs["maxHistory"])] : []),
    ...waitArguments(inputs, timeout),
  ];
}

/** A timeout of 0 is helm's own default, which hooks still need. */
export function waitArguments(inputs: Properties, timeoutSeconds: number): string[] {
  return [...(inputs["skipAwait"] === true ? [] : ["--wait"]), ...(timeoutSeconds > 0 ? ["--timeout", `${timeoutSeconds}s`] : [])];
}

/** Helm takes a null for "remove the default"; without `allowNullValues` it means "not set". */
export function valuesOf({ values, allowNullValues }: Properties): Value {
  const clean = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(clean);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, clean(item)]])));
  };
  return allowNullValues === true ? (values ?? {}) : clean(values ?? {});
}

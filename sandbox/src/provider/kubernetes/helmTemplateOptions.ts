/** What `kubernetes:helm:template` is asked for. */
import { isObject, type Properties, type Value } from "../values.js";

/** Absent ones are as Go has them: "" or false, no values, no versions. */
export interface TemplateOptions {
  /** A chart's folder or package; relative to the program's folder. */
  readonly path: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: Properties;
  /** "": the cluster's; without a cluster Helm's own. */
  readonly kubeVersion: string;
  /** `group/version` and `group/version/Kind`, beside those that Helm always knows. None: the cluster's. */
  readonly apiVersions: readonly string[];
  readonly skipCrds: boolean;
  readonly includeTestHooks: boolean;
}

const isTexts = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string");

const KNOWN: Readonly<Record<string, { readonly what: string; readonly fits: (value: Value) => boolean }>> = {
  path: { what: "a string", fits: (value) => typeof value === "string" },
  release_name: { what: "a string", fits: (value) => typeof value === "string" },
  namespace: { what: "a string", fits: (value) => typeof value === "string" },
  values: { what: "an object", fits: isObject },
  kube_version: { what: "a string", fits: (value) => typeof value === "string" },
  api_versions: { what: "a list of strings", fits: isTexts },
  skip_crd_rendering: { what: "true or false", fits: (value) => typeof value === "boolean" },
  include_test_hook_resources: { what: "true or false", fits: (value) => typeof value === "boolean" },
};

/**
 * @param args of the invocation, secrets revealed
 * @throws for options that are no JSON or have another type, and for one that the stand-in does not serve: those that fetch a chart,
 *   and what the official plugin passes over in silence, such as a name spelled otherwise
 */
export function readTemplateOptions({ jsonOpts }: Properties): TemplateOptions {
  if (typeof jsonOpts !== "string") throw new Error("missing required field 'jsonOpts' of type string");
  const options = parse(jsonOpts);
  // The SDK leaves out what is empty; whoever does not means the same.
  const given = Object.entries(options).filter(([, value]) => value !== null && value !== "" && value !== false);
  const served = Object.keys(KNOWN);
  const others = given.map(([name]) => name).filter((name) => !served.includes(name));
  if (others.length > 0)
    throw new Error(
      `the sandbox's stand-in for the plugin "kubernetes" serves of kubernetes:helm:template only the options ${served.join(", ")}, not ${others.join(", ")}`,
    );
  for (const [name, value] of given) {
    const known = KNOWN[name];
    if (known?.fits(value) === false)
      throw new Error(`failed to unmarshal 'jsonOpts': ${name} is ${JSON.stringify(value)}, not ${known.what}`);
  }
  if (!options["path"])
    throw new Error(
      'the sandbox\'s stand-in for the plugin "kubernetes" renders charts that are here only: kubernetes:helm:template needs the option path',
    );
  const option = <T extends Value>(name: string, absent: T): T => (options[name] ?? absent) as T;
  return {
    path: option("path", ""),
    releaseName: option("release_name", ""),
    namespace: option("namespace", ""),
    values: option("values", {}),
    kubeVersion: option("kube_version", ""),
    apiVersions: option<string[]>("api_versions", []),
    skipCrds: option("skip_crd_rendering", false),
    includeTestHooks: option("include_test_hook_resources", false),
  };
}

function parse(text: string): Properties {
  const refuse = (why: string) => new Error(`failed to unmarshal 'jsonOpts': ${why}`);
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (!isObject(options)) throw refuse("not an object");
  return options;
}

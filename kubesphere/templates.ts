/** What a chart's templates say without being rendered: the objects that they make, by kind and name. */
import { allFiles, type Chart } from "./chart";
import { ConfigurationError } from "./errors";
import { valueAt } from "./helmValues";
import { decodeText } from "./yamlFile";

/** One YAML document of a template. */
export interface TemplateObject {
  /** The template's path, for errors. */
  readonly path: string;
  /** Several where a condition chooses; {@link ANY_GROUP} for one that only rendering can tell. */
  readonly apiGroups: readonly string[];
  readonly kinds: readonly string[];
  /** `metadata.name` as written in the template, actions and all. */
  readonly name: string | undefined;
  readonly text: string;
}

/** An apiVersion that only rendering can tell. */
export const ANY_GROUP = "*";

/** Those that Helm renders or applies, of the chart and of the charts unpacked within it. */
const TEMPLATE = /^(?:charts\/[^/]+\/)*(?:templates\/(?:.+\/)?[^_/][^/]*|crds\/.+\.(?:ya?ml|json))$/;
const COMMENT = /\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/g;
/** Actions that render nothing themselves. */
const CONTROL = /\{\{-?\s*(?:(?:if|else|end|range|with|define|block|fail)\b|\$\w+\s*:?=)[\s\S]*?\}\}/g;

/**
 * Objects that an install or upgrade makes; test hooks run only in `helm test` and are left out.
 * @throws ConfigurationError for a template whose objects cannot be told without rendering it.
 */
export function templateObjects(chart: Chart): TemplateObject[] {
  const packed = allFiles(chart).find(({ path }) => /(?:^|\/)charts\/[^/]+\.tgz$/.test(path));
  if (packed !== undefined) throw untold(`${chart.source}/${packed.path}`, "a packed chart");
  const templates = chart.files.filter(({ path }) => TEMPLATE.test(path) && !path.endsWith("NOTES.txt"));
  return templates.flatMap((file) => {
    const path = `${chart.source}/${file.path}`;
    const documents = decodeText(path, file.data)
      .replace(COMMENT, "")
      .split(/^---.*$/m);
    return documents.flatMap((text) => objectIn(path, text.replaceAll("\r", "")) ?? []);
  });
}

function objectIn(path: string, text: string): TemplateObject | undefined {
  const hooks = /helm\.sh\/hook["']?:\s*["']?([\w, -]+)/.exec(text)?.[1]?.split(",") ?? [];
  if (hooks.length > 0 && hooks.every((hook) => hook.trim().startsWith("test"))) return undefined;
  const heads = [...text.matchAll(/^( *)(apiVersion|kind):[ \t]*(.+?)[ \t]*$/gm)];
  const top = heads.filter(([, indent]) => indent === heads[0]?.[1]);
  const stated = (key: string) => top.filter((head) => head[2] === key).map((head) => unquoted(head[3] ?? ""));
  const kinds = stated("kind");
  if (kinds.length === 0) {
    const rest = text.replace(CONTROL, "").replace(/^\s*#.*$/gm, "");
    if (rest.trim() === "") return undefined;
    throw untold(path, "a template that states no kind");
  }
  const templated = kinds.find((kind) => kind.includes("{{"));
  if (templated !== undefined) throw untold(path, `kind: ${templated}`);
  return { path, apiGroups: stated("apiVersion").map(groupOf), kinds, name: nameIn(text, heads[0]?.[1] ?? ""), text };
}

/** The author then says what cannot be read. */
export const untold = (path: string, given: string, allowed = "templates and unpacked charts whose kinds stand in their text") =>
  new ConfigurationError({
    path,
    given,
    allowed,
    mend: "State the rights that installing the chart needs in a permissions.yaml at the root: a Role and a ClusterRole, `kind` and `rules` each",
  });

function groupOf(apiVersion: string): string {
  if (apiVersion.includes("{{")) return ANY_GROUP;
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** `metadata.name`: of the `name` keys below `metadata`, the one indented least. */
function nameIn(text: string, indent: string): string | undefined {
  const below = `${indent} [^\\n]*|[ \\t]*|[ ]*\\{\\{[^\\n]*`;
  const block = new RegExp(`^${indent}metadata:[^\\n]*\\n((?:(?:${below})\\n)*)`, "m").exec(`${text}\n`)?.[1] ?? "";
  const names = [...block.matchAll(/^( +)name:[ \t]*(.*?)[ \t]*$/gm)].sort(([, a = ""], [, b = ""]) => a.length - b.length);
  return names[0]?.[2] || undefined;
}

const unquoted = (text: string) => text.replace(/\s#.*$/, "").replace(/^(["'])(.*)\1$/, "$2");

/** Steps of a pipeline that leave a name or a port as it is. */
const NEUTRAL = /\s*\|\s*(?:quote|squote|int|int64|toString|trunc 63|trimSuffix "-")(?=\s*(?:\||$))/g;

/**
 * The value of a template's text for a release of the chart's own name, as KubeSphere installs it; undefined where only
 * rendering can tell. Knows .Release.Name, .Chart.Name, .Values.…, and an include of a helper called `….fullname`,
 * which by Helm's custom gives the release's name, with the chart's unless that is in it, or `fullnameOverride`.
 */
export function evaluate(text: string, { metadata: { name }, values }: Chart): string | undefined {
  let known = true;
  const value = unquoted(text).replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, action: string) => {
    const expression = action.replace(NEUTRAL, "").replace(/^\((.*)\)$/, "$1");
    let result: unknown;
    if (/^(?:include|template) "[\w.-]+\.fullname" [.$]$/.test(expression)) result = fullname(name, values);
    else if (/^\$?\.Release\.Name$|^\$?\.Chart\.Name$/.test(expression)) result = name;
    else result = valueAt(values, /^\$?\.Values\.([\w.]+)$/.exec(expression)?.[1] ?? "");
    if (typeof result !== "string" && typeof result !== "number") known = false;
    return String(result);
  });
  return known && value !== "" ? value : undefined;
}

function fullname(release: string, values: Chart["values"]): string {
  if (values["fullnameOverride"]) return String(values["fullnameOverride"]);
  const name = String(values["nameOverride"] || release);
  return release.includes(name) ? release : `${release}-${name}`;
}

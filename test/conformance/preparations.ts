/** What the recorder did outside Pulumi with kubectl, helm and sed, done here by requests to the API server, helm and file edits. */
import { execFile } from "child_process";
import { readFileSync, writeFileSync } from "fs";
import { join } from "path";
import { setTimeout as sleep } from "timers/promises";
import { promisify } from "util";
import { collection } from "./api";
import type { Place } from "./sandbox";
import type { JsonObject } from "./vectors";

const MERGE = "application/merge-patch+json";
const APPLY = "application/apply-patch+yaml";
const PATIENCE_MS = 60_000;

/** A line, read as kubectl reads it. */
interface Line {
  /** What is neither a flag nor JSON. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  /** The JSON after `-p` or `<<<`. */
  readonly json: JsonObject;
}

const VALUED = new Set(["-n", "--field-manager", "--type", "-f", "-p"]);

function parse(text: string): Line {
  const [, before = text, quoted] = /^(.*?) (?:<<<|-p) '(.*)'$/.exec(text) ?? [];
  const words: string[] = [];
  const flags: Record<string, string> = {};
  const tokens = before.split(" ").slice(1);
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    const [name = "", ...value] = token.split("=");
    if (!token.startsWith("-")) words.push(token);
    else if (VALUED.has(token)) flags[token] = tokens[++at] ?? "";
    else flags[name] = name in flags ? `${flags[name]} ${value.join("=")}` : value.join("=");
  }
  return { words, flags, json: quoted === undefined ? {} : (JSON.parse(quoted) as JsonObject) };
}

const pairs = (text: string): JsonObject => Object.fromEntries(text.split(" ").map((pair) => pair.split("=") as [string, string]));

/** The object's keys in order, which is how `kubectl apply` writes the annotation that it compares with later. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function pathOf(object: JsonObject): { path: string; name: string; metadata: JsonObject } {
  const metadata = object["metadata"] as JsonObject & { name: string; namespace?: string };
  return { path: collection(String(object["kind"]), metadata.namespace), name: metadata.name, metadata };
}

type Verb = (place: Place, line: Line) => Promise<unknown>;

const VERBS: Readonly<Record<string, Verb>> = {
  create: ({ api }, { words: [, kind = "", name = ""], flags }) =>
    api.do("POST", `${collection(kind, flags["-n"])}?fieldManager=kubectl-create`, {
      metadata: { name },
      ...(flags["--from-literal"] && { data: pairs(flags["--from-literal"]) }),
    }),

  label: ({ api }, { words: [, kind = "", name = "", ...labels], flags }) => {
    const path = `${collection(kind, flags["-n"])}/${name}?fieldManager=${flags["--field-manager"] ?? "kubectl-label"}`;
    return api.do("PATCH", path, { metadata: { labels: pairs(labels.join(" ")) } }, MERGE);
  },

  patch: async ({ api }, { words: [, kind = "", name = ""], flags, json }) => {
    const path = `${collection(kind, flags["-n"])}/${name}${flags["--subresource"] ? `/${flags["--subresource"]}` : ""}`;
    // On a slow machine the object that is patched while a command runs may come later than it did in the recording.
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      const { status, object } = await api.ask("PATCH", `${path}?fieldManager=kubectl-patch`, json, MERGE);
      if (status < 300) return;
      if (status !== 404 || Date.now() > end) throw new Error(`PATCH ${path}: ${status} ${String(object["message"])}`);
    }
  },

  delete: ({ api }, { words: [, kind = "", name = ""], flags }) =>
    api.do("DELETE", `${collection(kind, flags["-n"])}/${name}`, undefined, undefined, "--ignore-not-found" in flags ? [404] : []),

  apply: async ({ api }, { flags, json }) => {
    const { path, name, metadata } = pathOf(json);
    if ("--server-side" in flags) {
      const query = `fieldManager=${flags["--field-manager"]}&force=${"--force-conflicts" in flags}`;
      return api.do("PATCH", `${path}/${name}?${query}`, json, APPLY);
    }
    const last = JSON.stringify(sorted({ ...json, metadata: { annotations: {}, ...metadata } }));
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": `${last}\n` };
    // Several scenarios apply the same CRD.
    return api.do(
      "POST",
      `${path}?fieldManager=kubectl-client-side-apply`,
      { ...json, metadata: { ...metadata, annotations } },
      undefined,
      [409],
    );
  },

  /** `--for=condition=<type>` */
  wait: async ({ api }, { words: [, subject = ""], flags }) => {
    const [kind = "", name = ""] = subject.split("/");
    const wanted = flags["--for"]?.replace("condition=", "");
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
      const { status } = await api.do("GET", `${collection(kind)}/${name}`);
      const { conditions } = (status ?? {}) as { conditions?: { type: string; status: string }[] | null };
      if (conditions?.some((condition) => condition.type === wanted && condition.status === "True")) return;
    }
    throw new Error(`${subject} has not become ${wanted}`);
  },
};

/** `s/<pattern>/<text>/` on one file, whose pattern is a JavaScript one too. */
function edit(cwd: string, text: string): void {
  const [, pattern = "", replacement = "", file = ""] = /^sed -i 's\/((?:\\\/|[^/])*)\/((?:\\\/|[^/])*)\/' (.*)$/.exec(text) ?? [];
  const path = join(cwd, file);
  writeFileSync(path, readFileSync(path, "utf8").replace(new RegExp(pattern, "m"), replacement.replaceAll("\\/", "/")));
}

/**
 * Does one recorded line.
 *
 * @param cwd the scenario's folder, which holds the charts
 * @throws when it fails, or when there is no such line in the recording yet
 */
export async function prepare(place: Place, cwd: string, text: string): Promise<void> {
  if (text.startsWith("#")) return;
  if (text.startsWith("sed ")) return edit(cwd, text);
  if (text.startsWith("helm ")) return void (await promisify(execFile)("helm", text.split(" ").slice(1), { cwd, env: place.env }));
  const line = parse(text);
  const verb = VERBS[line.words[0] ?? ""];
  if (!text.startsWith("kubectl ") || !verb) throw new Error(`no preparation is known for: ${text}`);
  await verb(place, line);
}

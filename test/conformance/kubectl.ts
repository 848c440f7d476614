/** A line that the recorder typed for kubectl, done by requests to the API server: the tests need no kubectl. */
import { setTimeout as sleep } from "timers/promises";
import type { Answer, Api } from "./api";
import type { JsonObject } from "./vectors";

const APPLY = "application/apply-patch+yaml";
const MERGE = "application/merge-patch+json";
const PATCHES: Readonly<Record<string, string>> = {
  json: "application/json-patch+json",
  merge: MERGE,
  strategic: "application/strategic-merge-patch+json",
};

/** On a slow machine what a line is about may come later than it did in the recording. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

interface Line {
  readonly verb: string;
  /** What is neither a flag nor a flag's value, after the verb. */
  readonly words: readonly string[];
  /** By their long names; of one that is given more than once, all values. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
}

const LONG: Readonly<Record<string, string>> = { "-n": "--namespace", "-p": "--patch", "-f": "--filename", "<<<": "--stdin" };
/** Flags whose value may come as a word of its own. */
const VALUED = new Set([
  ...Object.values(LONG),
  ...["--field-manager", "--for", "--from-literal", "--replicas", "--subresource", "--timeout", "--type"],
]);

/** Words as a shell has them, quotes taken off. */
const shellWords = (text: string): string[] =>
  [...text.matchAll(/(?:[^\s'"]+|'[^']*'|"(?:\\.|[^"\\])*")+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
      (_, single?: string, double?: string) => single ?? double?.replace(/\\(.)/g, "$1") ?? "",
    ),
  );

function parse(text: string): Line {
  const words: string[] = [];
  const flags: Record<string, string[]> = {};
  const tokens = shellWords(text).slice(1);
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    const [given = "", ...value] = token.startsWith("-") ? token.split("=") : [token];
    const name = LONG[given] ?? given;
    if (!name.startsWith("-")) words.push(token);
    else if (value.length > 0) (flags[name] ??= []).push(value.join("="));
    else (flags[name] ??= []).push(VALUED.has(name) ? (tokens[++at] ?? "") : "true");
  }
  const [verb = "", ...rest] = words;
  // `kind/name` is `kind name`.
  return { verb, words: rest.flatMap((word, index) => (index === 0 ? word.split("/") : [word])), flags };
}

const only = ({ flags }: Line, name: string): string | undefined => flags[name]?.[0];

const pairs = (texts: readonly string[]): JsonObject =>
  Object.fromEntries(texts.map((text) => [text.split("=")[0], text.slice(text.indexOf("=") + 1)]));

/** `key=value` sets a key, `key-` removes it. */
const changesOf = (texts: readonly string[]): JsonObject =>
  Object.fromEntries(
    texts.map((text) => (text.includes("=") ? Object.entries(pairs([text]))[0] : [text.replace(/-$/, ""), null])) as [
      string,
      string | null,
    ][],
  );

/** The object's keys in order, which is how `kubectl apply` writes the annotation that it compares with later. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

async function until(what: string, isDone: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isDone()); await sleep(PAUSE_MS)) {
    if (Date.now() > end) throw new Error(`${what} has not come within ${PATIENCE_MS / 1000} s`);
  }
}

const pathOf = async (api: Api, line: Line): Promise<string> =>
  `${await api.collection(line.words[0] ?? "", only(line, "--namespace"))}/${line.words[1]}`;

const inputOf = (line: Line): JsonObject => JSON.parse(only(line, "--stdin") ?? "{}") as JsonObject;

async function placeOf(api: Api, line: Line, object: JsonObject) {
  const metadata = object["metadata"] as JsonObject & { name: string; namespace?: string };
  return { collection: await api.collection(String(object["kind"]), metadata.namespace ?? only(line, "--namespace")), metadata };
}

/** `kubectl label` and `kubectl annotate` */
const keyed =
  (field: "labels" | "annotations", manager: string): Verb =>
  async (api, line) => {
    const query = `fieldManager=${only(line, "--field-manager") ?? manager}`;
    const body = { metadata: { [field]: changesOf(line.words.slice(2)) } };
    await api.do("PATCH", `${await pathOf(api, line)}?${query}`, body, MERGE);
  };

type Verb = (api: Api, line: Line) => Promise<unknown>;

const VERBS: Readonly<Record<string, Verb>> = {
  async create(api, line) {
    const query = `fieldManager=${only(line, "--field-manager") ?? "kubectl-create"}`;
    if (line.flags["--filename"]) {
      const object = inputOf(line);
      return api.do("POST", `${(await placeOf(api, line, object)).collection}?${query}`, object);
    }
    const [kind = "", ...rest] = line.words;
    // `create secret generic <name>`
    const body: JsonObject = { metadata: { name: rest.at(-1) } };
    const given = pairs(line.flags["--from-literal"] ?? []);
    if (Object.keys(given).length > 0) body[kind === "secret" ? "stringData" : "data"] = given;
    const collection = await api.collection(kind, only(line, "--namespace"));
    // Where several scenarios take place.
    return api.do("POST", `${collection}?${query}`, body, undefined, collection.endsWith("/namespaces") ? [409] : []);
  },

  label: keyed("labels", "kubectl-label"),
  annotate: keyed("annotations", "kubectl-annotate"),

  async patch(api, line) {
    const subresource = only(line, "--subresource");
    const query = `fieldManager=${only(line, "--field-manager") ?? "kubectl-patch"}`;
    const type = PATCHES[only(line, "--type") ?? "strategic"];
    let answer: Answer | undefined;
    await until(line.words.join(" "), async () => {
      const path = `${await pathOf(api, line)}${subresource ? `/${subresource}` : ""}?${query}`;
      answer = await api.ask("PATCH", path, JSON.parse(only(line, "--patch") ?? "{}") as JsonObject, type);
      return answer.status !== 404;
    });
    if ((answer?.status ?? 0) >= 300) throw new Error(`kubectl patch: ${String(answer?.object["message"])}`);
  },

  async scale(api, line) {
    const replicas = Number(only(line, "--replicas"));
    return api.do("PATCH", `${await pathOf(api, line)}/scale?fieldManager=kubectl`, { spec: { replicas } }, MERGE);
  },

  /** As kubectl does, it ends when the object is gone, with all that is in it. */
  async delete(api, line) {
    const path = await pathOf(api, line);
    const { metadata } = await api.do("GET", path, undefined, undefined, line.flags["--ignore-not-found"] ? [404] : []);
    const { uid } = (metadata ?? {}) as { uid?: string };
    if (uid === undefined) return;
    await api.do("DELETE", `${path}?propagationPolicy=Background`, undefined, undefined, [404]);
    if (only(line, "--wait") === "false") return;
    await until(`the end of ${path}`, async () => {
      const { status, object } = await api.ask("GET", path);
      return status === 404 || (object["metadata"] as { uid?: string } | undefined)?.uid !== uid;
    });
  },

  async apply(api, line) {
    const object = inputOf(line);
    const { collection, metadata } = await placeOf(api, line, object);
    const path = `${collection}/${metadata.name}`;
    if (line.flags["--server-side"]) {
      const query = `fieldManager=${only(line, "--field-manager") ?? "kubectl"}&force=${"--force-conflicts" in line.flags}`;
      return api.do("PATCH", `${path}?${query}`, object, APPLY);
    }
    const last = JSON.stringify(sorted({ ...object, metadata: { annotations: {}, ...metadata } }));
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": `${last}\n` };
    const annotated = { ...object, metadata: { ...metadata, annotations } };
    const query = "fieldManager=kubectl-client-side-apply";
    const { status } = await api.ask("GET", path);
    // Several scenarios apply the same CRD.
    return status === 404 ? api.do("POST", `${collection}?${query}`, annotated) : api.do("PATCH", `${path}?${query}`, annotated, MERGE);
  },

  /** `--for=condition=<type>` or `--for=delete` */
  async wait(api, line) {
    const wanted = only(line, "--for") ?? "";
    await until(`${wanted} of ${line.words.join("/")}`, async () => {
      const { status, object } = await api.ask("GET", await pathOf(api, line));
      if (wanted === "delete") return status === 404;
      const { conditions } = (object["status"] ?? {}) as { conditions?: { type: string; status: string }[] | null };
      return Boolean(conditions?.some((it) => `condition=${it.type}` === wanted && it.status === "True"));
    });
  },
};

/** @throws when it fails, or when nothing is known of the line's verb */
export async function kubectl(api: Api, text: string): Promise<void> {
  const line = parse(text);
  const verb = VERBS[line.verb];
  if (!verb) throw new Error(`no preparation is known for: ${text}\nknown are kubectl's ${Object.keys(VERBS).join(", ")}`);
  await verb(api, line);
}

/** Keeps secrets out of what people and machines are shown. */

/** What stands for a secret, as the engine writes it. */
export const SECRET = "[secret]";

/** Shorter ones are found in words that are no secret, and their masking would say what they are. */
const SHORTEST = 4;
/** Of a secret of several lines, such as a key: shorter lines are YAML's and PEM's own. */
const SHORTEST_LINE = 12;

/**
 * Replaces each of the secrets wherever it stands in a text: as it is, escaped as in JSON or in a URL, in base64 at any offset, and
 * each line of those of several lines.
 * @param secrets in clear; those shorter than 4 characters are left alone
 */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // The longest first: a secret may be part of another.
  const pattern = [...forms].sort((a, b) => b.length - a.length).map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const all = new RegExp(pattern.join("|"), "g");
  return (text) => text.replace(all, SECRET);
}

/** Every string of a value masked, keys included. */
export function maskStrings<T>(value: T, mask: (text: string) => string): T {
  const masked = (it: unknown): unknown => {
    if (typeof it === "string") return mask(it);
    if (Array.isArray(it)) return it.map(masked);
    if (typeof it !== "object" || it === null) return it;
    return Object.fromEntries(Object.entries(it).map(([key, field]) => [mask(key), masked(field)]));
  };
  return masked(value) as T;
}

function formsOf(secret: string): string[] {
  const lines = secret.split("\n").map((line) => line.trim());
  const parts = [secret.trim(), ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE) : [])];
  return parts
    .filter((part) => part.length >= SHORTEST)
    .flatMap((part) => [part, JSON.stringify(part).slice(1, -1), encodeURIComponent(part), ...base64Forms(part)]);
}

/** What all texts in base64 have in common that hold the secret at the same offset modulo 3. */
const base64Forms = (secret: string): string[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    // The characters at either end also depend on the secret's neighbours.
    const inner = bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return inner.length >= SHORTEST + 2 ? [inner, inner.replaceAll("+", "-").replaceAll("/", "_")] : [];
  });

/** Whether a property of an object of the kind holds what is secret. */
export const isSecretPath = (kind: string, path: string) =>
  kind === "Secret" &&
  (path === "" || /^(?:data|stringData)\b/.test(path) || path.startsWith('metadata.annotations["kubectl.kubernetes.io/last-applied'));

/** Masks secrets in all output. */

/** The placeholder for a secret, as the engine writes it. */
export const SECRET = "[secret]";

/** Shorter secrets occur in ordinary words, and masking them there would reveal them. */
const SHORTEST = 4;
/** The shortest masked line of a secret of several lines, such as a key: shorter lines belong to YAML or PEM. */
const SHORTEST_LINE = 12;

/**
 * Replaces each secret everywhere in a text: as it is, escaped as in JSON or in a URL, in base64 at any offset, and
 * line by line if it has several lines.
 * @param secrets in clear text; those shorter than 4 characters are not masked
 */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // The longest first: a secret may be part of another.
  const pattern = [...forms].sort((a, b) => b.length - a.length).map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const all = new RegExp(pattern.join("|"), "g");
  return (text) => text.replace(all, SECRET);
}

/** Masks every string of a value, including keys. */
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

/** The common part of all base64 texts that have the secret at the same offset modulo 3. */
const base64Forms = (secret: string): string[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    // The characters at either end also depend on the secret's neighbours.
    const inner = bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return inner.length >= SHORTEST + 2 ? [inner, inner.replaceAll("+", "-").replaceAll("/", "_")] : [];
  });

/** Whether a property of an object of this kind has a secret. A Cluster of KubeSphere has its kubeconfig, and values of ks-core. */
export const isSecretPath = (kind: string, path: string) =>
  (kind === "Secret" && (path === "" || /^(?:data|stringData)\b/.test(path) || path.startsWith(LAST_APPLIED))) ||
  (kind === "Cluster" && (/^(?:spec(?:\.config|\.connection(?:\.kubeconfig)?)?)?$/.test(path) || path.startsWith(LAST_APPLIED)));

/** kubectl's copy of the whole object. */
const LAST_APPLIED = 'metadata.annotations["kubectl.kubernetes.io/last-applied';

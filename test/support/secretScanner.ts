/** Finds secrets in texts, also where they are encoded or packed. */
import { gunzipSync } from "zlib";

/** A shorter run is a word. */
const ENCODED = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const DEPTH = 4;

/**
 * @param texts by where they come from
 * @param secrets by name, in clear, of one line each
 * @returns `name in place` of every secret that stands somewhere in clear, in base64, in gzip, or in any of these within each other
 */
export function findSecrets(texts: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): string[] {
  const found = new Set<string>();
  const scan = (place: string, text: string, depth: number): void => {
    for (const [name, secret] of Object.entries(secrets)) if (text.includes(secret)) found.add(`${name} in ${place}`);
    if (depth === 0) return;
    for (const [run] of text.matchAll(ENCODED)) for (const decoded of decodings(run)) scan(place, decoded, depth - 1);
  };
  for (const [place, text] of Object.entries(texts)) scan(place, text, DEPTH);
  return [...found].sort();
}

/** What precedes a text in base64 may look like a part of it, so each of the four places where it may begin is tried. */
const decodings = (run: string): string[] =>
  [0, 1, 2, 3].map((offset) => {
    const bytes = Buffer.from(run.slice(offset), "base64");
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes) : bytes).toString("latin1");
  });

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

import fc from "fast-check";
import { configHash, trimConfig } from "../../../kubesphere/extension/installPlan";

/** Unicode's White_Space, spelled out, as Go's `unicode.IsSpace` has it. */
const SPACES = new Set(
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...SPACES, "\uFEFF", "\u200b", "a", "é", "示", "🔑"), fc.string({ minLength: 1, maxLength: 1 })),
  maxLength: 80,
});

function naive(config: string): string {
  const trim = (line: string): string => (SPACES.has(line.slice(-1)) ? trim(line.slice(0, -1)) : line);
  return config.split("\n").map(trim).join("\n");
}

function reference(config: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(config)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

describe("a config is declared as KubeSphere stores it, or every preview would show a change", () => {
  test("white space goes from each line's end, and nothing else", () => {
    fc.assert(
      fc.property(text, (config) => expect(trimConfig(config)).toBe(naive(config))),
      { numRuns: 500 },
    );
  });

  test("what is trimmed stays as it is", () => {
    fc.assert(fc.property(text, (config) => expect(trimConfig(trimConfig(config))).toBe(trimConfig(config))));
  });
});

test("the hash is FNV-1a of 64 bits, or the wait for a rollout would never end", () => {
  fc.assert(
    fc.property(text, (config) => expect(configHash(config)).toBe(reference(config))),
    { numRuns: 500 },
  );
});

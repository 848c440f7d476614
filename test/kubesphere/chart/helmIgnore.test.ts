import { readFileSync } from "fs";
import { join } from "path";
import fc from "fast-check";
import { ConfigurationError } from "../../../kubesphere/errors";
import { parseGlob } from "../../../kubesphere/chart/glob";
import { parseHelmIgnore } from "../../../kubesphere/chart/helmIgnore";

const { cases } = JSON.parse(readFileSync(join(__dirname, "../../vectors/helmignore.json"), "utf8")) as {
  cases: ({ pattern: string } & ({ bad: true } | { bad?: never; matches: string[]; differs: string[] }))[];
};

describe("a glob means what it means to Helm, or the package has other files than `helm package`", () => {
  test.each(cases)("$pattern", ({ pattern, ...expected }) => {
    if (expected.bad) {
      expect(() => parseGlob(pattern)).toThrow(SyntaxError);
      return;
    }
    const matches = parseGlob(pattern);
    expect([...expected.matches, ...expected.differs].filter(matches)).toEqual(expected.matches);
  });

  test("escaped text matches itself and nothing else", () => {
    const escape = (text: string) => [...text].map((character) => `\\${character}`).join("");
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    fc.assert(fc.property(text, text, (a, b) => expect(parseGlob(escape(a))(b)).toBe(a === b)));
    fc.assert(fc.property(text, (a) => expect(parseGlob(escape(a))(a)).toBe(true)));
  });

  test("a pattern of many stars costs no exponential time, or a chart could stop the program", () => {
    expect(parseGlob(`${"*a".repeat(500)}b`)("a".repeat(1000))).toBe(false);
  });
});

test("patterns that would be compared for hours with a chart's files are refused", () => {
  const isIgnored = parseHelmIgnore(`*${"a".repeat(1000)}b\n`.repeat(64), ".helmignore");
  const path = "a".repeat(1000);
  const all = () => {
    for (let n = 0; n < 10_000; n++) isIgnored(path, false);
  };
  expect(all).toThrow('.helmignore: "patterns of 64128 characters for this many files" is not allowed');
});

describe("a line of .helmignore", () => {
  const ignored = (text: string, path: string, isDirectory = false) => parseHelmIgnore(text, ".helmignore")(path, isDirectory);

  test("is trimmed, CRLF and a byte order mark at the file's beginning included", () => {
    expect(ignored("\uFEFFa\r\n", "a")).toBe(true);
    expect(ignored(" \t a \u0085\r\n", "a")).toBe(true);
    expect(ignored("b\n\uFEFFa\n", "a")).toBe(false);
  });

  test("any text is rules or a ConfigurationError", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."*?[]^-\\/!#ab \n"), maxLength: 30 }), (text) => {
        try {
          expect(typeof ignored(text, "a/b")).toBe("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
    );
  });
});

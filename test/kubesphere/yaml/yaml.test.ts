import { readFileSync } from "fs";
import { join } from "path";
import { isDeepStrictEqual } from "util";
import fc from "fast-check";
import { load } from "js-yaml";
import { toGoYaml } from "../../../kubesphere/yaml/yaml";
import { character } from "../../support/characters";

const scalars = JSON.parse(readFileSync(join(__dirname, "../../vectors/yaml-scalars.json"), "utf8")) as { value: string; text: string }[];

test.each(scalars.map(({ value, text }) => [JSON.stringify(value), value, text] as const))(
  "a client whose secret is %s shows no drift on refresh",
  (_, value, text) => {
    expect(toGoYaml([["name", value]])).toBe(text);
  },
);

test("a client with flags, timeouts and URIs shows no drift on refresh", () => {
  expect(
    toGoYaml([
      ["trusted", true],
      ["maxAge", 7200],
      ["none", []],
      ["uris", ["http://a.example/cb", "yes", "a: b", "two\nlines\n", " b\n", "a\u2028b"]],
      ["last", false],
    ]),
  ).toBe(
    [
      "trusted: true",
      "maxAge: 7200",
      "none: []",
      "uris:",
      "    - http://a.example/cb",
      '    - "yes"',
      "    - 'a: b'",
      "    - |",
      "      two",
      "      lines",
      "    - |4",
      "       b",
      "    - 'a\u2028      b'",
      "last: false",
      "",
    ].join("\n"),
  );
});

// Each of these was given to yaml.v3 3.0.1 itself.
test.each([
  ["0b-1", '"0b-1"'],
  ["0xFFFFFFFFFFFFFFFF", '"0xFFFFFFFFFFFFFFFF"'],
  ["0xFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFF"],
  [".5_5", '".5_5"'],
  [".5e999", ".5e999"],
  ["2024-02-29", '"2024-02-29"'],
  ["2024-02-30", "2024-02-30"],
  ["2024-01-02T03:04:05", "2024-01-02T03:04:05"],
  ["2024-01-02T03:04:05,5+24:00", '"2024-01-02T03:04:05,5+24:00"'],
  ["2024-01-02   3:4:5", '"2024-01-02   3:4:5"'],
  ["\ufeffa b", '"\\uFEFF\\x61\\x20\\x62"'],
])("a client whose secret Go takes for a number or a date, or nearly, shows no drift on refresh: %j", (value, text) => {
  expect(toGoYaml([["name", value]])).toBe(`name: ${text}\n`);
});

/** Not those that YAML 1.1 and 1.2 break into lines differently, nor those that yaml.v3 writes so that they read back as another text. */
const readsBack = (text: string) => !/[\u2028\u2029]|^\n|^\t[^]*\n/.test(text);

test("an application's secret is the one that KubeSphere reads, whatever characters it has", () => {
  const awkward = fc.string({ unit: fc.constantFrom(..." \n\t:#-?'\"|>&*!%@`[]{},.~\\0123456789eExobTZtrufalsyn_+é🔑\0\x85\xa0\ufeff") });
  fc.assert(
    fc.property(fc.oneof(awkward, fc.string({ unit: character })).filter(readsBack), (text) => {
      const written = toGoYaml([
        ["name", text],
        ["end", 7],
      ]);
      return isDeepStrictEqual(load(written), { name: text, end: 7 });
    }),
    { numRuns: 5000 },
  );
});

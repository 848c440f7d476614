import { readFileSync } from "fs";
import { join } from "path";
import { doubleKeys, readDocuments, readYaml, YamlError } from "../../../kubesphere/yaml/goYaml";

/** What sigs.k8s.io/yaml 1.6.0 made of each text. */
type Recorded = { readonly yaml: string } & ({ readonly json: unknown } | { readonly refused: true });
const recorded = JSON.parse(readFileSync(join(__dirname, "../../vectors/go-yaml.json"), "utf8")) as Recorded[];

/** Only ever of use to who writes YAML by accident: Go reads a tab as no white space at a line's beginning, and knows no `\/`. */
const isLenient = ({ yaml }: Recorded) => /(?:^|\n)[ ?-]*\t|\\\/|\u2028/.test(yaml);
/** Go stops at the first document's end and passes over what follows; here that is a mistake, and told. */
const PASSED_OVER = /end of the stream or a document separator is expected/;
/** Texts of the fuzz that no program writes: a block of text at the root with nothing in it but what looks like more, comments glued to it. */
const isOdd = ({ yaml }: Recorded) =>
  /(?:^|\n)(?:\||>-)(?:\n[^ \n]|\n\n|#)|[|>]-?#|^&n (?:&n|\*n)|\n&n \*n|\?a: "y"|\|\n {4}\n {2}/.test(yaml);

function read(yaml: string): unknown {
  try {
    return readYaml(yaml)[0] ?? null;
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
}

test("what Helm and Kubernetes read out of a text is what everything here reads out of it", () => {
  const judged = recorded.filter((it) => !isOdd(it));
  expect(judged.length).toBeGreaterThan(450);
  const different = judged.flatMap((it) => {
    const own = read(it.yaml);
    if ("refused" in it) return own instanceof YamlError || isLenient(it) ? [] : [{ yaml: it.yaml, own, go: "refused" }];
    if (own instanceof YamlError) return PASSED_OVER.test(own.message) ? [] : [{ yaml: it.yaml, own: own.message, go: it.json }];
    // The order of keys is nobody's business.
    return JSON.stringify(sorted(own)) === JSON.stringify(sorted(it.json)) ? [] : [{ yaml: it.yaml, own, go: it.json }];
  });
  expect(different).toEqual([]);
});

/** As sigs.k8s.io/yaml 1.6.0 reads them. */
test.each<[string, unknown]>([
  ['a: "it\\\'s"', { a: "it's" }],
  ['a: "it\\\'s \\"so\\" \\\'\\\'"\nb: "\\\'"', { a: "it's \"so\" ''", b: "'" }],
  ['a: "\\\\\'"', { a: "\\'" }],
  ["\"k\\'\": [\"\\'\", 'b']", { "k'": ["'", "b"] }],
  ['a: |\n  "it\\\'s"\nb: "it\\\'s"', { a: '"it\\\'s"\n', b: "it's" }],
  ['x:\n  a: "one\n  it\\\'s"\n  b: "\\\'"', { x: { a: "one it's", b: "'" } }],
])("an apostrophe that is escaped in double quotes ends the reading: %j", (yaml, value) => {
  expect(readYaml(yaml)).toEqual([value]);
});

test("a text full of escaped apostrophes holds up the program: it is given up, as too much would be read again", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `k${at}: "it\\'s"\n`).join("");
  expect(readYaml(lines(40))).toEqual([Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, "it's"]))]);
  expect(() => readYaml(lines(20_000))).toThrow(YamlError);
});

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
};

describe("the real ks-core's manifest is read, whose texts go on at the indentation of their own key", () => {
  test.each([
    [`a:\n  rules: '{"x":"view",\n  "y":"view"}'\n  b: 1\n`, { a: { rules: '{"x":"view", "y":"view"}', b: 1 } }],
    [`a:\n  b: "one\n  two\n\n  three"\n`, { a: { b: "one two\nthree" } }],
    [`a:\n  b: [1,\n  2,\n3]\n`, { a: { b: [1, 2, 3] } }],
    [`a:\n  b: {x: 1,\n  z: 'p\n  q'}\n`, { a: { b: { x: 1, z: "p q" } } }],
  ])("%j", (yaml, value) => {
    expect(readYaml(yaml)).toEqual([value]);
  });
});

/** In milliseconds; each took a minute and more when such a line had its document read from the beginning. */
const AT_ONCE = 20_000;

test("a manifest with thousands of such lines is read at once", () => {
  const begin = performance.now();
  const rules = Array.from({ length: 4_000 }, (_, at) => `  k${at}: '{"x":"view",\n  "y":"it''s"}'\n`).join("");
  const [texts] = readYaml(`data:\n${rules}`) as [{ data: object }];
  expect(Object.values(texts.data)).toEqual(Array(4_000).fill('{"x":"view", "y":"it\'s"}'));
  expect(readYaml(`k: "a\n${"b\n".repeat(5_000)}"\n`)).toEqual([{ k: `a ${"b ".repeat(5_000)}` }]);
  const brackets = Array.from({ length: 500 }, (_, at) => `  "k${at}": 'x\n  y',\n`).join("");
  expect(readYaml(`a:\n  b: {\n${brackets}  }\n`)).toMatchObject([{ a: { b: { k0: "x y", k499: "x y" } } }]);
  expect(performance.now() - begin).toBeLessThan(AT_ONCE);
});

test("a quote that nothing closes is found at once, and told with the first line that is too much for it", () => {
  const begin = performance.now();
  expect(() => readYaml(`a: 1\nb: '${"x\n".repeat(50_000)}`)).toThrow(
    "line 3: this stands no deeper than its key: is every quote and bracket before it closed?",
  );
  expect(() => readYaml(`a:\n${" ".repeat(990)}b: 'x\n${"y\n".repeat(50_000)}'\n`)).toThrow(YamlError);
  expect(performance.now() - begin).toBeLessThan(AT_ONCE);
});

describe("what looks like a quote is none: it changes nothing of what follows", () => {
  test.each([
    ["a: |\n  - 'x\nb: 'one\ntwo'\nc: ok\n", { a: "- 'x\n", b: "one two", c: "ok" }],
    ['a: it\n  \'is\nb: "one\ntwo"\n', { a: "it 'is", b: "one two" }],
    ["# - 'x\nb: 'one\ntwo'\nc: 'ok'\n", { b: "one two", c: "ok" }],
  ])("%j", (yaml, value) => {
    expect(readYaml(yaml)).toEqual([value]);
  });
});

test("documents are told apart, with the line that each begins at, and empty ones are none", () => {
  expect(readDocuments("# first\n---\na: 1\n---\n# nothing\n---\nnull\n--- # third\nb: |\n  ----\n  c\n")).toEqual([
    { value: { a: 1 }, line: 2 },
    { value: { b: "----\nc\n" }, line: 8 },
  ]);
});

test("a mistake is one line that says where, in the whole text", () => {
  expect(() => readYaml("a: 1\n---\nb: 'x\n")).toThrow(new YamlError("unexpected end of the stream within a single quoted scalar", 4));
  expect(() => readYaml("a: 1\n---\n\nb: *nobody\n")).toThrow(new YamlError('unidentified alias "nobody"', 4));
});

test("a key that stands twice is found with its line, since Go and Helm pass over it and kustomize does not", () => {
  const yaml = "a: 1\n---\nmetadata:\n  labels:\n    x: 1\n    y: 2\n    x: 3\n  name: web\n  labels: {}\n";
  expect(doubleKeys(yaml)).toEqual([
    { key: "x", line: 7 },
    { key: "labels", line: 9 },
  ]);
  expect(readYaml(yaml)[1]).toEqual({ metadata: { labels: {}, name: "web" } });
  expect(doubleKeys("a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n")).toEqual([]);
});

test("a key named __proto__ is a key, and changes no object", () => {
  const [value] = readYaml('{"__proto__": {"polluted": true}}') as [object];
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect("polluted" in value).toBe(false);
});

describe("a small file takes no gigabytes", () => {
  const bomb = (levels: number, width: number) =>
    [
      "a0: &a0 x",
      ...Array.from({ length: levels }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(width).fill(`*a${level}`).join(", ")}]`),
    ].join("\n");

  test("of aliases of aliases", () => {
    expect(() => readYaml(bomb(10, 10))).toThrow("its aliases stand for too many values");
    expect(() => readYaml(`${bomb(7, 10)}\nb: [${Array(60_000).fill("*a7").join(",")}]`)).toThrow("its aliases stand for too many values");
  });

  test("of one map merged again and again, within one map or into many", () => {
    const map = `b: &b {${Array.from({ length: 1000 }, (_, key) => `k${key}: 1`).join(", ")}}\n`;
    expect(() => readYaml(`${map}c: {<<: [${Array(100_000).fill("*b").join(",")}]}\n`)).toThrow("its aliases stand for too many values");
    const many = Array.from({ length: 40_000 }, (_, key) => `c${key}: {<<: *b}`).join("\n");
    expect(() => readYaml(map + many)).toThrow("its aliases stand for too many values");
    expect(readYaml(`${map}c: {<<: *b, k0: 2}\n`)[0]).toMatchObject({ c: { k0: 2, k999: 1 } });
  });

  test("of one long text, which counts as one value only", () => {
    const text = "x".repeat(200_000);
    expect(() => readYaml(`a: &a ${text}\nb: [${"1,".repeat(5_000)}${"*a,".repeat(5_000)}]`)).toThrow(
      "its aliases stand for too many values",
    );
  });

  test("of many documents, each of which is just small enough", () => {
    const document = `---\na: &a [${"x,".repeat(500)}]\nb: [${"*a,".repeat(40)}]\n`;
    expect(readYaml(document.repeat(2))).toHaveLength(2);
    expect(() => readYaml(document.repeat(1_000))).toThrow("its aliases stand for too many values");
  });

  test("of an anchor within its own value", () => {
    for (const yaml of ["a: &a [*a]\n", "&a {b: *a}\n", "a: &a\n  <<: *a\n"])
      expect(() => readYaml(yaml)).toThrow("an anchor's value contains itself");
  });

  test("of aliases that nest deeper than brackets may", () => {
    const nested = Array.from({ length: 30 }, (_, at) => `- &a${at + 1} ${"[".repeat(80)}*a${at}${"]".repeat(80)}`);
    expect(() => readYaml(["- &a0 x", ...nested].join("\n"))).toThrow("nested too deeply");
  });

  test("but a few aliases are as good as what they stand for", () => {
    expect(readYaml("x: &x {a: 1}\nz: [*x, *x]\n")).toEqual([{ x: { a: 1 }, z: [{ a: 1 }, { a: 1 }] }]);
  });

  test("of brackets in brackets", () => {
    expect(() => readYaml("[".repeat(100_000))).toThrow(YamlError);
    expect(() => readYaml(Array.from({ length: 2_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"))).toThrow(YamlError);
  });
});

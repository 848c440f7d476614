import { existsSync, readdirSync, readFileSync } from "fs";
import { dirname, join, relative } from "path";

const ROOT = join(__dirname, "../..");
const FOLDERS = ["components", "settings", "kubesphere", "cli", "policy", "sandbox/src", "bench", "test"];

const files = [
  "index.ts",
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  ),
];

/** Types count: what needs each other to be read is one thing in two places. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(/\bfrom "(\.[^"]+)"|^import "(\.[^"]+)"/gm)].flatMap(([, from, bare]) => {
    const target = join(dirname(join(ROOT, file)), (from ?? bare ?? "").replace(/\.js$/, ""));
    const found = [`${target}.ts`, join(target, "index.ts")].find(existsSync);
    return found === undefined ? [] : [relative(ROOT, found)];
  });

/** @returns the first circle that is found, from a file back to it; [] where there is none */
function circle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, above: readonly string[]): string[] => {
    if (above.includes(file)) return [...above.slice(above.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...above, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}

test("whoever changes a file can read what it stands on from below: no imports go in a circle", () => {
  expect(files.length).toBeGreaterThan(400);
  expect(circle(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
});

test("a circle would be found", () => {
  expect(circle(new Map(Object.entries({ a: ["b"], b: ["c", "d"], c: [], d: ["b"] })))).toEqual(["b", "d", "b"]);
});

test("what is pure stays so: kubesphere/ imports no Pulumi, and nothing from the rooms above it", () => {
  const above = files
    .filter((file) => file.startsWith("kubesphere/"))
    .flatMap((file) => {
      const foreign = importsOf(file).filter((it) => !it.startsWith("kubesphere/"));
      const isPulumi = readFileSync(join(ROOT, file), "utf8").includes('from "@pulumi/');
      return [...foreign, ...(isPulumi ? ["@pulumi"] : [])].map((it) => `${file} → ${it}`);
    });
  expect(above).toEqual([]);
});

test("whole rooms of kubesphere/ stand on each other in one direction, too: who reads one knows which others come first", () => {
  const isInRoom = (file: string) => /^kubesphere\/[^/]+\//.test(file);
  const room = (file: string) => file.split("/")[1] ?? "";
  const rooms = new Map<string, string[]>();
  for (const file of files.filter(isInRoom)) {
    const others = importsOf(file).filter(isInRoom).map(room);
    rooms.set(room(file), [...(rooms.get(room(file)) ?? []), ...others.filter((other) => other !== room(file))]);
  }
  expect(rooms.size).toBeGreaterThan(4);
  expect(circle(rooms)).toEqual([]);
});

test("the drawing in docs/architecture.md names no file that is not there", () => {
  const [, drawing = ""] = readFileSync(join(ROOT, "docs/architecture.md"), "utf8").split("```");
  const named = [...drawing.matchAll(/(?<![\w/.*])\w+\.ts\b/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((name) => !files.some((file) => file === name || file.endsWith(`/${name}`)))).toEqual([]);
});

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildFolder } from "../../../sandbox/src/tools/build";
import { withoutLeftOut } from "../../../sandbox/src/tools/leftOut";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "left out-"))));
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text = ""): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A stand-in for Go, which lists packages as Go does: an object each, and nothing between them. */
function goThatLists(packages: readonly { ImportPath: string; Dir: string; Module: { Path: string; Dir: string } }[]): NodeJS.ProcessEnv {
  write("listed", packages.map((it) => `${JSON.stringify(it, undefined, "\t")}\n`).join(""));
  chmodSync(
    write("bin/go", `#!/bin/sh\n[ -e '${root}/listed' ] && exec /bin/cat '${root}/listed'\necho "no such package: $*" >&2; exit 1\n`),
    0o755,
  );
  return { PATH: join(root, "bin") };
}

test("a package that is left out is built of our files, and what else its module has of the module's own", async () => {
  const dir = join(root, "cache/blob@v1.2.3");
  for (const file of [
    "go.mod",
    "blob.go",
    "blob_test.go",
    "testdata/x.go",
    "s3/s3.go",
    "s3/s3_windows.go",
    "s3/deep/deep.go",
    "web/page.html",
  ])
    write(`cache/blob@v1.2.3/${file}`);
  // As Kubernetes' own modules are: replaced by one with a version, of which Go would take no second.
  const other = "replace (\n\texample.com/blob/s3 => example.com/blob/s3 v0.1.0\n";
  write("tools/go.mod", `module sandbox/tools\n\n${other}\texample.com/blob => example.com/blob v1.2.3\n)\n`);
  write("tools/go.sum", "sums");
  const ours = write("tools/left-out/example.com/blob/s3/ours.go");
  const env = goThatLists([{ ImportPath: "example.com/blob/s3", Dir: join(dir, "s3"), Module: { Path: "example.com/blob", Dir: dir } }]);

  const out = join(root, "out");
  const { flags, folders } = await withoutLeftOut(join(root, "tools"), out, env);
  expect(flags).toEqual([`-modfile=${out}/go.mod`, `-overlay=${out}/overlay.json`]);
  const at = (path: string) => join(out, "example.com/blob", path);
  expect(JSON.parse(readFileSync(join(out, "overlay.json"), "utf8"))).toEqual({
    Replace: {
      ...Object.fromEntries(["go.mod", "blob.go", "s3/deep/deep.go", "web/page.html"].map((file) => [at(file), join(dir, file)])),
      [at("s3/ours.go")]: ours,
    },
  });
  expect(readFileSync(join(out, "go.mod"), "utf8")).toBe(
    `module sandbox/tools\n\n${other})\n\nreplace example.com/blob => "${out}/example.com/blob"\n`,
  );
  expect(readFileSync(join(out, "go.sum"), "utf8")).toBe("sums");
  expect([folders.get(at("s3")), folders.get(at("s3/deep"))]).toEqual([dirname(ours), join(dir, "s3/deep")]);
});

test("a module from before modules had a go.mod is built, too: Go finds none in a folder that only the overlay has", async () => {
  const dir = join(root, "cache/words@v0.0.1");
  write("cache/words@v0.0.1/words.go");
  write("tools/go.mod");
  write("tools/go.sum");
  write("tools/left-out/example.com/words/ours.go");
  const env = goThatLists([{ ImportPath: "example.com/words", Dir: dir, Module: { Path: "example.com/words", Dir: dir } }]);
  await withoutLeftOut(join(root, "tools"), join(root, "out"), env);
  expect(readFileSync(join(root, "out/example.com/words/go.mod"), "utf8")).toBe("module example.com/words\n");
});

test("a module of which nothing is left out is built as it is", async () => {
  write("tools/go.mod");
  expect(await withoutLeftOut(join(root, "tools"), join(root, "out"), {})).toEqual({ flags: [], folders: new Map() });
  expect(existsSync(join(root, "out"))).toBe(false);
});

test("a package that a new version no longer has is an error in Go's words, not a build with all of it", async () => {
  write("tools/left-out/example.com/gone/gone.go");
  const env = goThatLists([]);
  rmSync(join(root, "listed"));
  await expect(withoutLeftOut(join(root, "tools"), join(root, "out"), env)).rejects.toThrow(
    new Error(`go list in ${root}/tools failed:\nno such package: list -json=ImportPath,Dir,Module example.com/gone`),
  );
});

test("who changes what stands for a package has that module's tools built anew, and no others", () => {
  for (const file of ["go.mod", "go.sum", ...["language-host", "kustomize"].flatMap((name) => [`${name}/go.mod`, `${name}/go.sum`])])
    write(`tools/${file}`);
  const folder = (goModule?: "kustomize") => buildFolder(join(root, "tools"), "", goModule ? { goModule } : {});
  const before = [folder(), folder("kustomize")];
  write("tools/left-out/example.com/a/a.go", "package a");
  expect([folder() === before[0], folder("kustomize") === before[1]]).toEqual([false, true]);
});

import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { earlierFiles, writeFiles } from "../../cli/render/folder";
import { filesOf } from "../../cli/render/objects";
import { masker } from "../../cli/shared/mask";
import type { K8s } from "../../cli/shared/objectDiff";

const same = (text: string) => text;
const object = (kind: string, name: string, rest: object = {}, namespace?: string, apiVersion = "v1"): K8s => ({
  ...{ apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
  ...rest,
});
const pathsOf = (...objects: K8s[]) => filesOf({ folder: "web", objects }, same).map(({ path }) => path);
const textOf = (objects: K8s, again: K8s, mask = same) => filesOf({ folder: "web", objects: [objects], again: [again] }, mask)[0]?.text;

describe("a file for each object", () => {
  test("is found by release, namespace, kind and name; two objects never share one", () => {
    expect(
      pathsOf(
        object("ConfigMap", "a", {}, "shop"),
        object("Ingress", "a", {}, "shop", "networking.k8s.io/v1"),
        object("ClusterRole", "system:a", {}, undefined, "rbac.authorization.k8s.io/v1"),
        object("ClusterRole", "system/a", {}, undefined, "rbac.authorization.k8s.io/v1"),
        object("Namespace", "../../etc"),
      ),
    ).toEqual([
      "web/shop/configmap-a.yaml",
      "web/shop/ingress.networking.k8s.io-a.yaml",
      "web/cluster/clusterrole.rbac.authorization.k8s.io-system_a.yaml",
      "web/cluster/clusterrole.rbac.authorization.k8s.io-system_a-2.yaml",
      "web/cluster/namespace-.._.._etc.yaml",
    ]);
    expect(pathsOf(object("ConfigMap", "a".repeat(253)))[0]?.length).toBeLessThan(210);
  });

  test("is the same whatever the order of its keys", () => {
    const [a, b] = [object("A", "a", { x: 1, b: 2 }), object("A", "a", { b: 2, x: 1 })];
    expect(textOf(a, a)).toBe(textOf(b, b));
  });

  test("shows nothing that a render makes up anew, and all the rest of the object", () => {
    const made = (id: string) =>
      object("Job", `seed-${id}`, { spec: { args: ["--id", id], size: 3, list: [id] }, data: { ["k"]: { id } } });
    expect(textOf(made("one"), made("two"))).toBe(
      [
        ...["apiVersion: v1", "data:", "  k:", '    id: "[generated]"', "kind: Job", "metadata:", '  name: "[generated]"', "spec:"],
        ...["  args:", "    - --id", '    - "[generated]"', "  list:", '    - "[generated]"', "  size: 3", ""],
      ]
        .join("\n")
        .replaceAll('"', "'"),
    );
  });

  test("shows no secret: neither what a Secret holds, nor one of the configuration that stands elsewhere", () => {
    const secret = object("Secret", "a", { data: { password: "aHVzaC1odXNo" }, stringData: { key: "hush-hush" }, type: "Opaque" });
    const text = textOf(secret, secret) ?? "";
    expect(text).toContain("password: '[secret]'");
    expect(text).not.toMatch(/hush|aHVz/);
    const member = object("Cluster", "a", { spec: { connection: { kubeconfig: "aHVzaC1odXNo" }, config: "aHVzaC1odXNo" } });
    expect(textOf(member, member)).toContain("connection: '[secret]'");
    expect(textOf(member, member)).not.toContain("aHVz");
    const env = object("ConfigMap", "a", { data: { url: "https://me:hush-hush@db", coded: Buffer.from("hush-hush").toString("base64") } });
    expect(textOf(env, env, masker(["hush-hush"]))).not.toMatch(/hush|aHVz/);
  });
});

describe("the folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "render-test-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = (path: string, text = "a: b\n") => ({ path, text });

  test("has what the stack brings and no more; a second run says what has changed, and leaves alone what others put there", async () => {
    expect(await earlierFiles(folder)).toEqual([]);
    const first = await writeFiles(folder, [file("web/shop/a.yaml"), file("web/shop/b.yaml")], []);
    expect(first).toEqual({ added: ["web/shop/a.yaml", "web/shop/b.yaml"], changed: [], removed: [] });
    await writeFile(join(folder, "web/shop/own.yaml"), "mine\n");
    const second = await writeFiles(folder, [file("web/shop/a.yaml", "a: c\n"), file("web/c.yaml")], await earlierFiles(folder));
    expect(second).toEqual({ added: ["web/c.yaml"], changed: ["web/shop/a.yaml"], removed: ["web/shop/b.yaml"] });
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(
      ["render.json", "web", "web/c.yaml", "web/shop", "web/shop/a.yaml", "web/shop/own.yaml"].sort(),
    );
    expect(await readFile(join(folder, "web/shop/a.yaml"), "utf8")).toBe("a: c\n");
    expect(await writeFiles(folder, [file("web/shop/a.yaml", "a: c\n"), file("web/c.yaml")], await earlierFiles(folder))).toEqual({
      ...{ added: [], changed: [], removed: [] },
    });
  });

  test("of somebody else is never written into, nor one whose record leads out of it", async () => {
    await writeFile(join(folder, "notes.txt"), "mine\n");
    await expect(earlierFiles(folder)).rejects.toThrow(
      "is not empty, and has no render.json of an earlier render: name a folder of its own",
    );
    await mkdir(join(folder, "x"));
    await writeFile(join(folder, "render.json"), JSON.stringify({ files: ["../../etc/passwd"] }));
    await expect(earlierFiles(folder)).rejects.toThrow('"../../etc/passwd" is no path within the folder');
    await writeFile(join(folder, "render.json"), "{");
    await expect(earlierFiles(folder)).rejects.toThrow("is not as a render writes it");
  });

  test("has links that lead out of it: what a stack brings is written, or what is gone deleted, elsewhere on the machine", async () => {
    const outside = join(folder, "outside");
    const own = join(folder, "own");
    await Promise.all([mkdir(join(outside, "gone"), { recursive: true }), mkdir(own)]);
    await writeFile(join(outside, "gone/a.yaml"), "mine\n");
    await symlink(outside, join(own, "web"));
    await writeFile(join(own, "render.json"), JSON.stringify({ files: ["web/gone/a.yaml"] }));
    await expect(earlierFiles(own)).rejects.toThrow("web leads out of the folder, to ");
    await expect(writeFiles(own, [file("web/new/a.yaml")], [])).rejects.toThrow("web leads out of the folder");
    expect(await readdir(outside, { recursive: true })).toEqual(["gone", join("gone", "a.yaml")]);

    await rm(join(own, "web"));
    await rm(join(own, "render.json"));
    await symlink(join(outside, "later.json"), join(own, "render.json"));
    await expect(earlierFiles(own)).rejects.toThrow("render.json leads out of the folder");
  });
});

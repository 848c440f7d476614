import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedPaths } from "../../sandbox/src/paths";
import { getPlugins, pluginFile } from "../../sandbox/src/plugins";
import { ReachRecord } from "../../sandbox/src/tools/download";
import { pluginVersion } from "../../sandbox/src/versions";

const checkout = join(__dirname, "../..");
const home = process.env.PULUMI_HOME;
let cache = "";
let paths = sharedPaths({ checkout, cache, bundle: "" });

beforeEach(() => {
  cache = realpathSync(mkdtempSync(join(tmpdir(), "plugins ")));
  paths = sharedPaths({ checkout, cache, bundle: join(cache, "bundle") });
  process.env.PULUMI_HOME = join(cache, "user");
  new ReachRecord(paths.unreachable).miss("get.pulumi.com");
});
afterEach(() => {
  if (home === undefined) delete process.env.PULUMI_HOME;
  else process.env.PULUMI_HOME = home;
  rmSync(cache, { recursive: true });
});

test("without the official plugins the engine finds stand-ins that run the bundle with this sandbox's cache and helm", async () => {
  expect(await getPlugins(paths, { helm: "/opt/my helm" })).toBe(
    "kubernetes (stand-in: the official one cannot be downloaded here), random (stand-in: the official one cannot be downloaded here)",
  );
  mkdirSync(paths.bundle);
  writeFileSync(
    join(paths.bundle, "pulumi-resource-kubernetes.mjs"),
    "console.log(JSON.stringify([process.env.KUBESPHERE_SANDBOX_HOME, process.env.KUBESPHERE_SANDBOX_HELM, ...process.argv.slice(2)]))",
  );
  const printed = execFileSync(pluginFile(paths, "kubernetes"), ["127.0.0.1:1"], { encoding: "utf8" });
  expect(JSON.parse(printed)).toEqual([cache, "/opt/my helm", "127.0.0.1:1"]);
});

test("an official plugin that the user's own Pulumi has is used, also in place of an earlier stand-in", async () => {
  await getPlugins(paths, { helm: "/helm" });
  const folder = join(cache, "user", "plugins", `resource-kubernetes-v${pluginVersion(checkout, "kubernetes")}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pulumi-resource-kubernetes"), "official");
  expect(await getPlugins(paths, { helm: "/helm" })).toBe(
    "kubernetes (official), random (stand-in: the official one cannot be downloaded here)",
  );
  expect(readFileSync(pluginFile(paths, "kubernetes"), "utf8")).toBe("official");
});

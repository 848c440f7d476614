/** What people depend on: a destroy or a change that would take it away is refused before anything is, and there is a way to mean it. */
import { randomBytes } from "crypto";
import { readFile, writeFile } from "fs/promises";
import { environment, freshSandbox, read, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

let env: NodeJS.ProcessEnv;
let stack: Stack;
let configFile: string;
let clusterBefore: string[];

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  clusterBefore = await stack.clusterObjects();
  await stack.configure({ production: true });
  succeeded(await stack.pulumi("config", "set", "--secret", "adminPassword", randomBytes(16).toString("hex")));
  succeeded(await stack.up());
});

const PROTECTED = ["ingress-nginx", "ingress-nginx-release", "ks-core", "ks-core-release"].map((name) => `kubesphere-${name}`);
const namesIn = (said: string) => [...new Set([...said.matchAll(/::([\w-]+)["\s]/g)].map(([, name]) => name))];

/** By which each is known to be the same as before. */
const identities = async () => {
  const paths = ["ingress-nginx", "kubesphere-system", "extension-demo"].map((name) => `/api/v1/namespaces/${name}`);
  const objects = await Promise.all(
    [...paths, "/apis/kubesphere.io/v1alpha1/installplans/demo"].map((path) => read<{ metadata: { uid: string } }>(path, env)),
  );
  return objects.map((object) => object?.metadata.uid);
};

test("pulumi destroy of a production stack takes nothing away, and names what is protected", async () => {
  const before = await identities();
  expect(before).toEqual(before.map(() => expect.any(String) as string));
  const { code, stdout, stderr } = await stack.pulumi("destroy", "--yes");
  expect(code).not.toBe(0);
  expect(namesIn(stdout + stderr).filter((name) => PROTECTED.includes(name ?? ""))).not.toEqual([]);
  expect(stdout + stderr).toMatch(/protect/);
  expect(await identities()).toEqual(before);
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test("a change that would take a protected release away is refused in the preview already", async () => {
  const before = await identities();
  // "Somebody else's controller serves the class", by mistake.
  const text = await readFile(configFile, "utf8");
  await stack.configure({ ingress: { controller: "none", className: "nginx" } });
  const { code, stdout, stderr } = await stack.pulumi("preview");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/ingress-nginx[^]*protect/);
  await writeFile(configFile, text);
  expect(await identities()).toEqual(before);
});

test("whoever means it unprotects the resources first: then everything goes", async () => {
  succeeded(await stack.pulumi("state", "unprotect", "--all", "--yes"));
  succeeded(await stack.pulumi("destroy", "--yes"));
  expect(await stack.clusterObjects()).toEqual(clusterBefore);
});

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxPaths } from "../../sandbox/src/paths";
import { isPortFree } from "../../sandbox/src/portFree";
import { chooseClusterPorts, chooseSettings } from "../../sandbox/src/settings";

const cache = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(cache, { recursive: true }));

const pathsOf = (name: string) => sandboxPaths({ checkout: "/checkout", cache, bundle: "/bundle" }, name);

/** Whether this machine resolves nip.io's names is its own affair. */
const choose = async (name: string, options: Parameters<typeof chooseSettings>[1] = {}, resolves = true) =>
  chooseSettings(pathsOf(name), options, () => (resolves ? Promise.resolve(["127.0.0.1"]) : Promise.reject(new Error("ENOTFOUND"))));

test("a new sandbox has the ports of the documentation and three free ones of its own", async () => {
  const { ingressPort, consolePort, clusterPorts } = await choose("first");
  expect([ingressPort, consolePort]).toEqual([30888, 30880]);
  expect(new Set(Object.values(clusterPorts)).size).toBe(3);
  expect(await Promise.all(Object.values(clusterPorts).map(isPortFree))).toEqual(Array(3).fill(true));
});

test("a sandbox keeps its ports, so that an exported kubeconfig and open browser tabs go on working", async () => {
  const before = await choose("kept", { ingressPort: 31000 });
  expect(await choose("kept")).toEqual(before);
  expect(await chooseClusterPorts(pathsOf("kept"), "clusterPorts", before.clusterPorts)).toEqual(before.clusterPorts);
});

test("a kept port that somebody has taken meanwhile is replaced when the control plane starts, and only that one", async () => {
  const before = await choose("early");
  const { etcd } = before.clusterPorts;
  const server = createServer();
  await new Promise<void>((ready) => server.listen(etcd, "127.0.0.1", ready));
  const after = await chooseClusterPorts(pathsOf("early"), "clusterPorts", before.clusterPorts);
  server.close();
  expect(Object.values(before.clusterPorts)).not.toContain(after.etcd);
  expect({ ...after, etcd }).toEqual(before.clusterPorts);
  expect(await choose("early")).toEqual({ ...before, clusterPorts: after });
});

test("a member has ports of its own, and stays when npm start is typed again without --member", async () => {
  const { clusterPorts, memberPorts = {} } = await choose("two", { member: true });
  expect(new Set([...Object.values(clusterPorts), ...Object.values(memberPorts)]).size).toBe(6);
  expect(await choose("two")).toMatchObject({ clusterPorts, memberPorts });
  expect(Object.values((await choose("beside")).clusterPorts)).not.toEqual(expect.arrayContaining(Object.values(memberPorts)));
});

test("where nip.io's names lead nowhere, those of a new sandbox end in localhost, and stay so wherever it is started again", async () => {
  expect([(await choose("online")).zone, (await choose("offline", {}, false)).zone]).toEqual(["nip.io", "localhost"]);
  expect([(await choose("online", {}, false)).zone, (await choose("offline")).zone]).toEqual(["nip.io", "localhost"]);
  expect((await choose("offline", { zone: "nip.io" }, false)).zone).toBe("nip.io");
  expect((await choose("offline", {}, false)).zone).toBe("nip.io");
});

test("a port that cannot be a NodePort is refused with what is allowed", async () => {
  const range = "it becomes a NodePort, so give a number from 30000 to 32767";
  await expect(choose("low", { ingressPort: 80 })).rejects.toThrow(`--ingress-port 80: ${range}`);
  await expect(choose("text", { consolePort: Number("x") })).rejects.toThrow(`--console-port NaN: ${range}`);
  await expect(choose("same", { ingressPort: 30880 })).rejects.toThrow(
    "--ingress-port and --console-port are both 30880: they must differ",
  );
});

test("a name that would lead out of the cache folder is refused", () => {
  expect(() => pathsOf("../x")).toThrow(
    'sandbox name "../x": use 1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end',
  );
});

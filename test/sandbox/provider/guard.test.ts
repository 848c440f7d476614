import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertSandbox, sandboxClusters } from "../../../sandbox/src/provider/kubernetes/guard";
import { readAccess } from "../../../sandbox/src/provider/kubernetes/kubeconfig";
import { diffSettings, readSettings } from "../../../sandbox/src/provider/kubernetes/settings";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const kubeconfig = (server: string, ca = "CA", user: object = { token: "fake-token" }) =>
  JSON.stringify({
    "current-context": "one",
    contexts: [
      { name: "one", context: { cluster: "c", user: "u", namespace: "team" } },
      { name: "two", context: { cluster: "d", user: "u" } },
    ],
    clusters: [
      { name: "c", cluster: { server, "certificate-authority-data": base64(ca) } },
      { name: "d", cluster: { server: "https://other:6443" } },
    ],
    users: [{ name: "u", user }],
  });

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "guard-"));
  for (const name of ["dev", "being-made"]) mkdirSync(join(home, "sandboxes", name), { recursive: true });
  writeFileSync(join(home, "sandboxes/dev/kubeconfig"), kubeconfig("https://127.0.0.1:7443"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("only API servers of sandboxes are served: a stand-in that reached a real cluster could destroy it", () => {
  const sandboxes = sandboxClusters(home);
  expect(() => assertSandbox(readAccess(kubeconfig("https://127.0.0.1:7443", "CA\n")), sandboxes)).not.toThrow();
  expect(() => assertSandbox(readAccess(kubeconfig("https://127.0.0.1:7444")), sandboxes)).toThrow(
    'refused: this is the sandbox\'s stand-in for the Pulumi plugin "kubernetes", and https://127.0.0.1:7444 is no API server of a sandbox (those are: https://127.0.0.1:7443).',
  );
  expect(() => assertSandbox(readAccess(kubeconfig("https://127.0.0.1:7443", "another CA")), sandboxes)).toThrow("refused");
  expect(() => assertSandbox(readAccess(kubeconfig("https://127.0.0.1:7443"), "two"), sandboxes)).toThrow("https://other:6443");
  expect(() => assertSandbox(readAccess(kubeconfig("https://127.0.0.1:7443")), sandboxClusters(join(home, "none")))).toThrow(
    "those are: none",
  );
});

test("what a stack declares in the sandbox's member cluster would be refused", () => {
  mkdirSync(join(home, "sandboxes/dev/member"));
  writeFileSync(join(home, "sandboxes/dev/member/kubeconfig"), kubeconfig("https://127.0.0.1:7446"));
  expect(() => assertSandbox(readAccess(kubeconfig("https://127.0.0.1:7446")), sandboxClusters(home))).not.toThrow();
});

test("a kubeconfig is taken as text or as a path with files beside it, and comes out as one that Helm can use anywhere", () => {
  writeFileSync(join(home, "ca.crt"), "CA");
  const config = {
    ...JSON.parse(kubeconfig("https://a:1")),
    clusters: [{ name: "c", cluster: { server: "https://a:1", "certificate-authority": "ca.crt" } }],
  };
  writeFileSync(join(home, "config"), JSON.stringify(config));
  const read = readAccess(join(home, "config"));
  expect(read).toEqual({
    server: "https://a:1",
    ca: "CA",
    namespace: "team",
    token: "fake-token",
    isInsecure: false,
    special: [],
    kubeconfig: expect.any(String) as string,
  });
  expect(readAccess(read.kubeconfig)).toEqual(read);
});

test("a kubeconfig that runs a command to log in is refused by name", () => {
  expect(() => readAccess(kubeconfig("https://a:1", "CA", { exec: { command: "x" } }))).toThrow('does not serve "exec"');
  expect(() => readAccess(kubeconfig("https://a:1"), "three")).toThrow('there is no context "three"');
});

test("settings arrive as JSON text; what the stand-in does not serve is refused by name", () => {
  const given = {
    kubeconfig: kubeconfig("https://a:1"),
    enableConfigMapMutable: "true",
    enableSecretMutable: false,
    alwaysRender: "false",
  };
  expect(readSettings(given)).toMatchObject({ enableConfigMapMutable: true, enableSecretMutable: false, upsertExistingObjects: false });
  expect(() => readSettings({ ...given, renderYamlToDirectory: "/x" })).toThrow("does not serve the setting renderYamlToDirectory");
  expect(() => readSettings({ ...given, enableServerSideApply: "false" })).toThrow("does not serve the setting enableServerSideApply");
});

test("another address of the same cluster replaces nothing while clusterIdentifier stays, and everything without it", () => {
  const [olds, news] = [{ kubeconfig: kubeconfig("https://a:1") }, { kubeconfig: kubeconfig("https://b:1") }];
  const named = (config: object, clusterIdentifier: string) => ({ ...config, clusterIdentifier });
  expect(diffSettings(named(olds, "lab"), named(news, "lab"))).toEqual({ changed: true, diffs: ["kubeconfig"], replaces: [] });
  expect(diffSettings(olds, news)).toEqual({ changed: true, diffs: ["kubeconfig"], replaces: ["kubeconfig"] });
  const moved = { changed: true, diffs: ["clusterIdentifier", "kubeconfig"], replaces: ["kubeconfig", "clusterIdentifier"] };
  expect(diffSettings(named(olds, "lab"), named(news, "lab2"))).toEqual(moved);
  const renewed = { kubeconfig: kubeconfig("https://a:1", "CA", { token: "fake-token-2" }) };
  expect(diffSettings(olds, renewed)).toEqual({ changed: true, diffs: ["kubeconfig"], replaces: [] });
});

/** A chart behind a login is had from a real server by the real Helm, and no process of the machine can read the login meanwhile. */
import { randomBytes } from "crypto";
import { mkdtemp, readdir, rm, stat } from "fs/promises";
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import os, { homedir } from "os";
import { join, resolve } from "path";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { temporaryRoot } from "../../kubesphere/chart/temporaryFolder";
import { archiveOf } from "../../cli/mirror/charts";
import { chartArguments, type HelmChart } from "../../sandbox/src/chartLogin";
import { sharedPaths } from "../../sandbox/src/paths";
import { showChart, withChart } from "../../sandbox/src/provider/kubernetes/chartAtHand";
import { Helm } from "../../sandbox/src/sim/helm";
import { HelmRepository, pullChart } from "../../sandbox/src/sim/helmRepository";
import type { Repository } from "../../sandbox/src/sim/objects";
import { getTools } from "../../sandbox/src/tools";
import { tools, type Tool } from "../../sandbox/src/tools/catalogue";
import { chartFiles, SMALL_CHART, temporaryFolders } from "../support/charts";
import { recordCommands, type RecordedCall } from "../support/recording";
import { findSecrets } from "../support/secretScanner";

jest.setTimeout(5 * 60_000);

const checkout = join(__dirname, "../..");
const cache = resolve(
  process.env["KUBESPHERE_SANDBOX_HOME"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubesphere-luban"),
);
const folder = temporaryFolders();
const secret = (name: string) => `${name}-${randomBytes(12).toString("hex")}`;
// An @ and a % are written as escapes in an address.
const SECRETS = { username: secret("reader"), password: `${secret("p@ss%")}`, token: secret("token"), query: secret("query") };
const { username, password } = SECRETS;
const basic = (user: string, pass: string) => `Basic ${Buffer.from(`${user}:${pass}`).toString("base64")}`;

let place: string;
let helm: string;
let calls: () => readonly RecordedCall[];
let server: Server;
let host: string;
beforeAll(async () => {
  place = await folder({ "wrapper/.none": "" });
  const { paths } = await getTools(sharedPaths({ checkout, cache, bundle: "" }), [tools.find(({ name }) => name === "helm") as Tool]);
  calls = recordCommands(join(place, "wrapper"), { helm: paths["helm"] as string });
  helm = join(place, "wrapper", "helm");
  const archive = await writeChartArchive(
    "web",
    chartFiles({ ...SMALL_CHART, "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n" }),
  );
  const index = "apiVersion: v1\nentries:\n  web:\n    - { apiVersion: v2, name: web, version: 1.2.3, urls: [web-1.2.3.tgz] }\n";
  server = createServer(({ url = "", headers: { authorization } }, response) => {
    const { pathname, searchParams } = new URL(url, "http://server");
    const isIn =
      [basic(username, password), basic(SECRETS.token, "")].includes(String(authorization)) || searchParams.get("sig") === SECRETS.query;
    if (!isIn) response.writeHead(401).end();
    else if (pathname === "/charts/index.yaml") response.end(index);
    else if (pathname === "/charts/web-1.2.3.tgz") response.end(archive);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const login = `${encodeURIComponent(SECRETS.username)}:${encodeURIComponent(SECRETS.password)}@`;
/** The ways in which a configuration says a login. */
const WAYS: Readonly<Record<string, () => HelmChart>> = {
  "in a repository's address": () => ({ chart: "web", repository: `http://${login}${host}/charts`, version: "1.2.3" }),
  "a token in a repository's address": () => ({ chart: "web", repository: `http://${SECRETS.token}@${host}/charts`, version: "1.2.3" }),
  "in a chart's address": () => ({ chart: `http://${login}${host}/charts/web-1.2.3.tgz` }),
  "a token in a chart's address": () => ({ chart: `http://${SECRETS.token}@${host}/charts/web-1.2.3.tgz` }),
  "a signature in a chart's address": () => ({ chart: `http://${host}/charts/web-1.2.3.tgz?sig=${SECRETS.query}` }),
};
const BESIDE: Readonly<Record<string, () => HelmChart>> = {
  "beside a repository": () => ({ chart: "web", repository: `http://${host}/charts`, version: "1.2.3", username, password }),
  "beside a chart's address": () => ({ chart: `http://${host}/charts/web-1.2.3.tgz`, username, password }),
};

const PROVIDERS = { kubeconfig: undefined, signal: new AbortController().signal };

/** As it is, and as an address has it. */
const forms = { ...SECRETS, escaped: encodeURIComponent(password) };
function expectNothingSeen() {
  const seen = calls();
  expect(seen.length).toBeGreaterThan(0);
  expect(findSecrets(Object.fromEntries(seen.map(({ args, environment }, at) => [`call ${at}`, args + environment])), forms)).toEqual([]);
}

/** Other tests use the system's folder at the same time. */
beforeEach(async () => void jest.spyOn(os, "tmpdir").mockReturnValue(await mkdtemp(join(place, "temporary-"))));
afterEach(() => jest.restoreAllMocks());

test.each(Object.keys(WAYS))("a mirror's or a preview's chart cannot be fetched, or its login is everybody's to read: %s", async (way) => {
  const target = join(await folder({}), "target");
  const file = await archiveOf(WAYS[way]?.() as HelmChart, { helm, checkout, folder: target });
  expect(file).toBe(join(target, "web-1.2.3.tgz"));
  expectNothingSeen();
  expect(await readdir(temporaryRoot())).toEqual([]);
});

test.each(Object.keys({ ...WAYS, ...BESIDE }))(
  "a release of the stand-in provider cannot be installed, or shows its login: %s",
  async (way) => {
    const { chart, repository, version, username: user, password: pass } = { ...WAYS, ...BESIDE }[way]?.() as HelmChart;
    const inputs = {
      chart,
      ...(version && { version }),
      repositoryOpts: { ...(repository && { repo: repository }), ...(user && pass && { username: user, password: pass }) },
    };
    const own = { ...PROVIDERS, binary: helm };
    expect(await showChart(own, inputs)).toContain("version: 1.2.3");
    const files: string[] = [];
    await withChart(own, inputs, (plain) => Promise.resolve(files.push(String(plain["chart"]))));
    expect(files).toEqual([expect.stringMatching(/\/web-1\.2\.3\.tgz$/)]);
    expectNothingSeen();
  },
);

test.each(Object.keys(WAYS).filter((way) => way.includes("chart's")))(
  "an extension's chart cannot be loaded by the simulator, or shows its login: %s",
  async (way) => {
    const state = await mkdtemp(join(place, "state-"));
    const own = new Helm(helm, state);
    const { chart } = WAYS[way]?.() as HelmChart;
    expect((await pullChart(own, [chart])).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    const repository = { metadata: { name: "private" }, spec: { url: `http://${host}/charts`, basicAuth: { username, password } } };
    const plain = `http://${host}/charts/web-1.2.3.tgz`;
    expect((await new HelmRepository(own, repository as Repository).pullFrom([plain])).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expectNothingSeen();
    await rm(state, { recursive: true });
  },
);

test("what a login is written to can be read by others", async () => {
  const made = await mkdtemp(join(place, "files-"));
  const { which } = await chartArguments({ chart: `oci://${login}r.example:5000/team/web`, version: "1.2.3" }, made);
  expect(which).toEqual(["oci://r.example:5000/team/web", "--version", "1.2.3", "--registry-config", join(made, "registry.json")]);
  for (const way of [...Object.values(WAYS), ...Object.values(BESIDE)]) await chartArguments(way(), made);
  const modes = await Promise.all((await readdir(made)).map(async (name) => [name, (await stat(join(made, name))).mode & 0o777]));
  expect(modes).toEqual(["login-index.yaml", "registry.json", "repositories.yaml"].map((name) => [name, 0o600]));
});

test("a login that the server refuses is quoted in the error", async () => {
  const wrong = secret("wrong");
  const chart = `http://reader:${wrong}@${host}/charts/web-1.2.3.tgz`;
  const repository = `http://${wrong}@${host}/charts`;
  const target = join(await folder({}), "target");
  for (const address of [{ chart }, { chart: "web", repository, version: "1.2.3" }]) {
    const error: Error = await archiveOf(address, { helm, checkout, folder: target }).then(
      () => new Error("it was let in"),
      (reason: Error) => reason,
    );
    expect(error.message).toContain("401");
    const [inputs, own] = [
      { ...address, repositoryOpts: { repo: "repository" in address ? repository : "" } },
      { ...PROVIDERS, binary: helm },
    ];
    const shown: Error = await showChart(own, inputs).then(
      () => new Error("it was let in"),
      (reason: Error) => reason,
    );
    expect(shown.message).toContain("401");
    expect(findSecrets({ error: error.message, shown: shown.message }, { wrong })).toEqual([]);
  }
});

test("a chart without a login of its own is asked for without those that the user has given to Helm", async () => {
  const made = await mkdtemp(join(place, "files-"));
  const remote = { chart: "web", repository: "https://charts.example", version: "1.2.3" };
  expect(await chartArguments(remote, made)).toEqual({ which: ["web", "--repo", "https://charts.example", "--version", "1.2.3"] });
  expect(await chartArguments({ chart: "oci://r.example/web", version: "1.0.0" }, made)).toEqual({
    which: ["oci://r.example/web", "--version", "1.0.0"],
  });
  expect(await readdir(made)).toEqual([]);
});

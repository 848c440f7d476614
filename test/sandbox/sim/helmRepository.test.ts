import { createServer, type IncomingMessage, type RequestListener } from "http";
import { createServer as createHttps } from "https";
import type { AddressInfo } from "net";
import { fetchWithin } from "../../../kubesphere/chart/fetchWithin";
import type { Helm } from "../../../sandbox/src/sim/helm.js";
import { HelmRepository, pullChart } from "../../../sandbox/src/sim/helmRepository.js";
import type { Repository } from "../../../sandbox/src/sim/objects.js";
import { selfSigned } from "../../support/selfSigned";

const NO_HELM = { inFolder: () => Promise.reject(new Error("Helm was asked")) } as unknown as Helm;

type Within = typeof import("../../../kubesphere/chart/fetchWithin");
jest.mock("../../../kubesphere/chart/fetchWithin", () => {
  const actual = jest.requireActual<Within>("../../../kubesphere/chart/fetchWithin");
  return { ...actual, fetchWithin: jest.fn(actual.fetchWithin) };
});
const actual = jest.requireActual<Within>("../../../kubesphere/chart/fetchWithin");

let asked: string[];
let answer: RequestListener;
const server = createServer((request, response) => {
  asked.push(`${request.url ?? ""}${loginOf(request)}`);
  answer(request, response);
});
const loginOf = ({ headers: { authorization = "" } }: IncomingMessage) =>
  authorization === "" ? "" : ` as ${Buffer.from(authorization.replace("Basic ", ""), "base64").toString()}`;
let host = "";
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  answer = ({ url = "" }, response) => response.end(`at ${url}`);
});

const repository = (url: string, spec: object = {}) =>
  new HelmRepository(NO_HELM, { metadata: { name: "market" }, spec: { url, ...spec } } as unknown as Repository);
const LOGIN = { basicAuth: { username: "reader", password: "p@ss:word" } };

test("a stranger's server has the developer's own machine asked for it", async () => {
  answer = (_, response) => response.writeHead(302, { location: `http://${host}/admin` }).end();
  // As if the way began on the Internet: names lead there, and connections to this server all the same.
  const mocked = jest.mocked(fetchWithin).mockImplementation((url, options) => {
    const told = { address: "8.8.8.8", family: 4 };
    let looks = 0;
    const disguised = {
      family: 4,
      get address() {
        return looks++ < 3 ? told.address : "127.0.0.1";
      },
    };
    return actual.fetchWithin(url, { ...options, resolve: () => Promise.resolve([disguised]) });
  });
  const { port } = server.address() as AddressInfo;
  await expect(pullChart(NO_HELM, [`http://charts.example:${port}/web-1.0.0.tgz`])).rejects.toThrow(
    /redirects to 127\.0\.0\.1:\d+: a loopback address/,
  );
  await expect(repository(`http://charts.example:${port}`).index()).rejects.toThrow(/redirects to 127\.0\.0\.1:\d+: a loopback address/);
  expect(asked).toEqual(["/web-1.0.0.tgz", "/index.yaml"]);
  mocked.mockImplementation(actual.fetchWithin);
});

test("charts are where the index says, relative to it or not, and it keeps its query", async () => {
  answer = ({ url = "" }, response) =>
    response.end(url.includes("index.yaml") ? "entries: { web: [{ name: web, version: 1.0.0, urls: [web.tgz] }] }" : "a chart");
  const market = repository(`http://${host}/charts?sig=1`);
  const [entry] = (await market.index())["web"] ?? [];
  expect(entry?.version).toBe("1.0.0");
  for (const url of ["web.tgz", `http://${host}/other/web.tgz`]) await market.pull({ ...entry, urls: [url] });
  expect(asked).toEqual(["/charts/index.yaml?sig=1", "/charts/web.tgz?sig=1", "/other/web.tgz"]);
  await expect(market.pull({ name: "web", version: "1.0.0" })).rejects.toThrow("names no address of web 1.0.0");
});

test("a repository's login is asked for, and goes to nobody else", async () => {
  const market = repository(`http://${host}/charts`, LOGIN);
  await market.pullFrom([`http://${host}/a.tgz`]);
  await market.pullFrom([`http://${host.replace("127.0.0.1", "localhost")}/b.tgz`]);
  expect(asked).toEqual(["/a.tgz as reader:p@ss:word", "/b.tgz"]);
});

test.each<[string, RequestListener, string]>([
  ["what is not there", (_, response) => void response.writeHead(404).end(), "HTTP 404"],
  ["a server that breaks off", (_, response) => void response.destroy(), "socket hang up"],
])("%s is told by its address, and without a login", async (_, listener, why) => {
  answer = listener;
  await expect(pullChart(NO_HELM, [`http://me:secret@${host}/a.tgz`])).rejects.toThrow(
    `failed to fetch http://[secret]@${host}/a.tgz: ${why}`,
  );
});

test("an archive without an end fills the memory", async () => {
  answer = (_, response) => {
    const send = () => {
      while (response.write(Buffer.alloc(1024 * 1024)));
    };
    response.on("drain", send);
    send();
  };
  await expect(pullChart(NO_HELM, [`http://${host}/a.tgz`])).rejects.toThrow(/more than \d+ bytes/);
  server.closeAllConnections();
});

test("a server with a certificate of its own is trusted by the Repository's bundle or word, and by nothing else", async () => {
  const { certificate, key } = selfSigned(["localhost"], new Date(Date.now() - 60_000), new Date(Date.now() + 86_400_000));
  const own = createHttps({ cert: certificate, key }, (_, response) => response.end("entries: {}"));
  await new Promise<void>((listening) => own.listen(0, "localhost", listening));
  const url = `https://localhost:${(own.address() as AddressInfo).port}`;
  try {
    await expect(repository(url).index()).rejects.toThrow(/failed to fetch https:\/\/localhost:\d+\/index\.yaml: self-signed certificate/);
    expect(await repository(url, { insecure: true }).index()).toEqual({});
    const caBundle = Buffer.from(certificate).toString("base64");
    expect(await repository(url, { caBundle }).index()).toEqual({});
  } finally {
    own.close();
  }
});

test("a server that answers by who asks takes it for KubeSphere, whose Helm asks", async () => {
  answer = ({ headers }, response) => response.end(headers["user-agent"]);
  expect((await pullChart(NO_HELM, [`http://${host}/a.tgz`])).toString()).toMatch(/^Helm\/3 /);
});

test("a registry is Helm's to ask", async () => {
  await expect(pullChart(NO_HELM, ["oci://r.example/web", "--version", "1.0.0"])).rejects.toThrow("Helm was asked");
});

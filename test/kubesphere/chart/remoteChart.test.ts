/** What a run asks a chart's server before anything is declared, and how it tells of a login, a certificate or a version that will not do. */
import { createHash } from "crypto";
import { readFile } from "fs/promises";
import { createServer } from "http";
import { createServer as createTls } from "https";
import type { AddressInfo } from "net";
import { join } from "path";
import { gzipSync } from "zlib";
import { accessOf, basicAuthorization } from "../../../kubesphere/chart/chartAccess";
import { resolveChart, type ChartReference } from "../../../kubesphere/chart/chartSource";
import { download } from "../../../kubesphere/chart/download";
import { fetchWithin } from "../../../kubesphere/chart/fetchWithin";
import { selfSigned } from "../../../sandbox/src/selfSigned";
import { CERTIFICATE } from "../../support/certificate";
import { temporaryFolders } from "../../support/charts";
import { loginServer, type LoginServer } from "../../support/loginServer";
import { findSecrets } from "../../support/secretScanner";

const KEY = "kubesphere:ksCore.chart";
const LOGIN = { username: "reader", password: "pass-of-the-reader-1" };
const ARCHIVE = gzipSync("the packed chart");

const digest = (data: Buffer | string) => `sha256:${createHash("sha256").update(data).digest("hex")}`;
const METADATA = JSON.stringify({ name: "ks-core", version: "1.2.4", appVersion: "v4.2.1" });
const manifest = (mediaType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip") =>
  JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: "application/vnd.cncf.helm.config.v1+json", digest: digest(METADATA), size: METADATA.length },
    layers: [{ mediaType, digest: digest(ARCHIVE), size: ARCHIVE.length }],
  });
/** As a registry answers (OCI distribution specification 1.1). */
const REGISTRY = {
  "/v2/kse/ks-core/manifests/1.2.4": manifest(),
  "/v2/kse/ks-core/manifests/1.2.4_rc.1": manifest(),
  "/v2/kse/image/manifests/1.0.0": manifest("application/vnd.oci.image.layer.v1.tar+gzip"),
  "/v2/kse/page/manifests/1.0.0": "<html>",
  [`/v2/kse/ks-core/blobs/${digest(METADATA)}`]: METADATA,
  [`/v2/kse/ks-core/blobs/${digest(ARCHIVE)}`]: ARCHIVE,
};
const FILES = { "/charts/index.yaml": "apiVersion: v1\nentries: {}\n", "/charts/web-1.2.3.tgz": ARCHIVE };

const folder = temporaryFolders();
const servers: Record<"tokens" | "basic" | "plain" | "files", LoginServer> = {} as never;
beforeAll(async () => {
  servers.tokens = await loginServer({ ...LOGIN, holds: REGISTRY, challenge: "Bearer" });
  servers.basic = await loginServer({ ...LOGIN, holds: REGISTRY });
  servers.plain = await loginServer({ ...LOGIN, holds: REGISTRY, tls: false });
  servers.files = await loginServer({ ...LOGIN, holds: FILES });
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

const inRegistry = (server: LoginServer, path = "kse/ks-core"): ChartReference => ({
  ...{ ...LOGIN, chart: `oci://${server.host}/${path}`, version: "1.2.4" },
  ...(server.certificate === "" ? { plainHttp: true } : { caBundle: server.certificate }),
});

/** The message with the server's address as HOST. */
async function refusal(server: LoginServer, reference: ChartReference): Promise<string> {
  const error: Error = await resolveChart(KEY, reference).then(
    (found) => new Error(`taken: ${JSON.stringify(found)}`),
    (reason: Error) => reason,
  );
  expect(findSecrets({ error: error.message }, { password: LOGIN.password })).toEqual([]);
  return error.message.replaceAll(server.host, "HOST");
}

test.each(["tokens", "basic", "plain"] as const)(
  "a chart in a registry with a login is refused, or its version of KubeSphere is guessed: %s",
  async (name) => {
    const reference = inRegistry(servers[name]);
    expect(await resolveChart(KEY, reference)).toEqual({ ...reference, stated: { version: "1.2.4", appVersion: "v4.2.1" } });
    expect((await resolveChart(KEY, { ...reference, version: "1.2.4+rc.1" })).stated).toEqual({ version: "1.2.4", appVersion: "v4.2.1" });
  },
);

test("a package in a registry with a login cannot be had", async () => {
  const file = join(await folder({}), "package.tgz");
  await download(`oci://${servers.tokens.host}/kse/ks-core:1.2.4`, file, accessOf(inRegistry(servers.tokens)));
  expect(await readFile(file)).toEqual(ARCHIVE);
});

test("a chart at an address or in a repository with a login is refused, or a wrong login is found out by Helm in the midst of a run", async () => {
  const { origin, certificate: caBundle } = servers.files;
  const atAddress = { chart: `${origin}/charts/web-1.2.3.tgz`, ...LOGIN, caBundle };
  const inRepository = { chart: "web", repository: `${origin}/charts`, version: "1.2.3", ...LOGIN, caBundle };
  expect(await resolveChart(KEY, atAddress)).toEqual(atAddress);
  expect(await resolveChart(KEY, inRepository)).toEqual(inRepository);
  for (const reference of [atAddress, inRepository, { ...inRepository, repository: `${origin}/charts/` }])
    expect(await refusal(servers.files, { ...reference, password: "of-yesterday" })).toMatch(
      /^kubesphere:ksCore\.password: "\[not shown\]" is not allowed; allowed: a login that may read https:\/\/HOST\/charts\S*; the server answered 401 Unauthorized\. Correct kubesphere:ksCore\.username, or set the password or token anew: `pulumi config set --secret --path 'kubesphere:ksCore\.password'`\.$/,
    );
  expect(await refusal(servers.files, { ...inRepository, repository: `${origin}/other` })).toMatch(
    /^kubesphere:ksCore\.repository: "https:\/\/HOST\/other" is not allowed; allowed: a Helm repository, which has an index\.yaml; the server answered 404 Not Found\. Name a mirror/,
  );
});

describe("Helm's provider would only say that the chart could not be downloaded", () => {
  const told: readonly (readonly [string, keyof typeof servers, (it: ChartReference) => ChartReference, RegExp])[] = [
    [
      "no login",
      "tokens",
      (it) => ({ ...it, username: undefined, password: undefined }),
      /^kubesphere:ksCore\.chart: "oci:\/\/HOST\/kse\/ks-core" is not allowed; allowed: a chart that has the version 1\.2\.4, for everybody; the server answered 401 Unauthorized\. Set kubesphere:ksCore\.username, and the password as a secret: `pulumi config set --secret --path 'kubesphere:ksCore\.password'`\.$/,
    ],
    [
      "a wrong one, for a token",
      "tokens",
      (it) => ({ ...it, password: "of-yesterday" }),
      /^kubesphere:ksCore\.password: "\[not shown\]" .* a login that may read oci:\/\/HOST\/kse\/ks-core; the server answered 401 Unauthorized\./,
    ],
    ["a wrong one", "basic", (it) => ({ ...it, username: "nobody" }), /^kubesphere:ksCore\.password: "\[not shown\]" /],
    [
      "another version",
      "basic",
      (it) => ({ ...it, version: "1.2.5" }),
      /^kubesphere:ksCore\.chart: "oci:\/\/HOST\/kse\/ks-core" is not allowed; allowed: a chart that has the version 1\.2\.5; the server answered 404 Not Found\. Name a mirror/,
    ],
    [
      "an image",
      "basic",
      (it) => ({ ...it, chart: it.chart.replace("ks-core", "image"), version: "1.0.0" }),
      /; the registry has something else than a Helm chart there\. /,
    ],
    [
      "a web page",
      "basic",
      (it) => ({ ...it, chart: it.chart.replace("ks-core", "page"), version: "1.0.0" }),
      /; the registry answers with something else than JSON\. /,
    ],
    [
      "the certificate of another authority",
      "basic",
      (it) => ({ ...it, caBundle: CERTIFICATE }),
      /^kubesphere:ksCore\.caBundle: "\[certificates\]" is not allowed; allowed: the certificate of the authority that HOST is signed by; .*\. `openssl s_client -showcerts -connect HOST` shows what it presents\.$/,
    ],
    [
      "no TLS, and nobody said so",
      "plain",
      (it) => ({ ...it, plainHttp: false }),
      /^kubesphere:ksCore\.chart: "oci:\/\/HOST\/kse\/ks-core" is not allowed; allowed: a registry with TLS; this one answers without\. Set kubesphere:ksCore\.plainHttp to true if that is meant: whoever is in between can read the login\.$/,
    ],
  ];
  test.each(told)("%s", async (_, name, changed, message) => {
    expect(await refusal(servers[name], changed(inRegistry(servers[name])))).toMatch(message);
  });
});

test("a login goes to whoever the server redirects to", async () => {
  const other = await loginServer({ ...LOGIN, holds: FILES, tls: false });
  const path = "/charts/web-1.2.3.tgz";
  const redirecting = createServer((_, response) => response.writeHead(302, { location: other.origin + path }).end());
  await new Promise<void>((listening) => redirecting.listen(0, "127.0.0.1", listening));
  try {
    const asked = { signal: AbortSignal.timeout(10_000), authorization: basicAuthorization(LOGIN) };
    const { port } = redirecting.address() as AddressInfo;
    expect((await fetchWithin(`http://127.0.0.1:${port}/`, asked)).status).toBe(401);
    expect((await fetchWithin(other.origin + path, asked)).status).toBe(200);
  } finally {
    await other.close();
    await new Promise((closed) => redirecting.close(closed));
  }
});

test("a login goes for a token to a server without TLS", async () => {
  const asking = 'bearer realm="http://127.0.0.1:1/token",service="charts"';
  const { certificate, key } = selfSigned(["127.0.0.1"], new Date(Date.now() - 60_000), new Date(Date.now() + 60_000));
  const server = createTls({ cert: certificate, key }, (_, response) => response.writeHead(401, { "www-authenticate": asking }).end());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const reference = {
      chart: `oci://127.0.0.1:${(server.address() as AddressInfo).port}/a`,
      version: "1.0.0",
      ...LOGIN,
      caBundle: certificate,
    };
    await expect(resolveChart(KEY, reference)).rejects.toThrow("; the registry sends for a token to http://127.0.0.1:1, without TLS. ");
  } finally {
    await new Promise((closed) => server.close(closed));
  }
});

test("a registry that nobody reaches from here ends the run, though the cluster may reach it", async () => {
  const { close, host } = await loginServer({ ...LOGIN, holds: {} });
  await close();
  const reference = { chart: `oci://${host}/kse/ks-core`, version: "1.2.4", ...LOGIN };
  expect(await resolveChart(KEY, reference)).toEqual({ ...reference, repository: undefined });
});

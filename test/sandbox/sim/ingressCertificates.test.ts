/** The ingress controller's HTTPS, on a port of its own and without a cluster. */
import type { AddressInfo } from "net";
import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import { listen } from "../../../sandbox/src/sim/httpListener.js";
import { ingressCertificates } from "../../../sandbox/src/sim/ingressCertificates.js";
import type { Routes } from "../../../sandbox/src/sim/ingressRoutes.js";
import { localFetch } from "../../support/localFetch";
import { selfSigned } from "../../support/selfSigned";

const day = 24 * 3600 * 1000;
const pair = (host: string) => selfSigned([host], new Date(Date.now() - day), new Date(Date.now() + day));
const [one, two, own] = [pair("one.example.org"), pair("two.example.org"), pair("nobody.example.org")];

const data = ({ certificate, key }: typeof one) => ({
  "tls.crt": Buffer.from(certificate).toString("base64"),
  "tls.key": Buffer.from(key).toString("base64"),
});
const secrets: Record<string, object> = { one: { data: data(one) }, two: { data: data(two) }, broken: { data: { "tls.crt": "bm9uZQ==" } } };
const cluster: Pick<Cluster, "get"> = {
  get: <T>(path: string) => {
    const secret = secrets[path.replace("/api/v1/namespaces/apps/secrets/", "")];
    return secret ? Promise.resolve(secret as T) : Promise.reject(new ApiError(404, `${path} not found`));
  },
};
const names = ["one", "two", "broken", "gone"];
const routes: Routes = {
  classes: [{ metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } }],
  ingresses: [
    {
      metadata: { namespace: "apps", name: "apps" },
      spec: { ingressClassName: "nginx", tls: names.map((secretName) => ({ hosts: [`${secretName}.example.org`], secretName })) },
    },
  ],
  services: [],
  endpointSlices: [],
};

let server: Awaited<ReturnType<typeof listen>>;
let port: number;
beforeAll(async () => {
  const certificates = ingressCertificates(cluster, () => routes, Promise.resolve(own));
  server = await listen(0, ({ host, method, body }) => Promise.resolve({ status: 200, body: `${method} ${host} ${body}` }), certificates);
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
const ask = async (host: string, ca: string, init?: RequestInit) => (await localFetch(ca)(`https://${host}:${port}/`, init)).text();

test("a host would not answer with the certificate of the TLS Secret that its Ingress names", async () => {
  expect(await ask("one.example.org", one.certificate)).toBe("GET one.example.org ");
  expect(await ask("two.example.org", two.certificate, { method: "POST", body: "x" })).toBe("POST two.example.org x");
  await expect(ask("two.example.org", one.certificate)).rejects.toThrow("self-signed certificate");
});

test("a renewed certificate would show only after a restart", async () => {
  const renewed = pair("one.example.org");
  secrets["one"] = { data: data(renewed) };
  expect(await ask("one.example.org", renewed.certificate)).toBe("GET one.example.org ");
});

test("a Secret that is missing or broken would end the simulator, or be answered for with another one", async () => {
  for (const host of ["gone.example.org", "broken.example.org"])
    await expect(ask(host, two.certificate)).rejects.toThrow(/handshake failure|disconnected before secure TLS connection/);
  expect(await ask("two.example.org", two.certificate)).toBe("GET two.example.org ");
});

test("a host whose Ingress names no Secret is answered with the controller's own certificate, which nobody trusts", async () => {
  expect(await ask("nobody.example.org", own.certificate)).toBe("GET nobody.example.org ");
  await expect(ask("nobody.example.org", two.certificate)).rejects.toThrow("self-signed certificate");
});

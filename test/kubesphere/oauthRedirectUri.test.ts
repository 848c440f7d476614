import { isPrivateHost } from "../../kubesphere/privateHost";
import { checkRedirectURIs, insecureRedirects } from "../../kubesphere/redirectUri";
import { describeWarning } from "../../kubesphere/warnings";

const path = "kubesphere:oauthClients[0].redirectURIs";

test.each([
  ...["127.0.0.1", "127.9.9.9", "10.8.0.2", "172.16.0.1", "172.31.255.255", "192.168.50.208", "169.254.1.1"],
  ...["[::1]", "[fd00::1]", "[fe80::1]"],
  ...["localhost", "app.localhost", "build-server", "nas.local", "app.demo.svc", "app.demo.svc.cluster.local", "ci.internal"],
  ...["192.168.50.208.nip.io", "demo.192.168.50.208.nip.io", "demo-10-0-0-1.nip.io", "10-0-0-1.sslip.io", "NAS.LOCAL", "nas.local."],
])("a login may return to %s in clear: it crosses no public network", (host) => {
  expect(isPrivateHost(host)).toBe(true);
  expect(insecureRedirects(path, [`http://${host}/cb`])).toEqual([]);
});

test.each([
  ...["8.8.8.8", "172.15.0.1", "172.32.0.1", "11.0.0.1", "[2001:db8::1]", "app.example.com", "svc.example.com", "local.example.com"],
  ...["8.8.8.8.nip.io", "demo.8-8-8-8.nip.io", "nip.io", "192.168.1.300.nip.io", "10.0.0.1.example.com"],
])("a login's code is not sent to %s in clear without a word", (host) => {
  expect(isPrivateHost(host)).toBe(false);
  expect(insecureRedirects(path, ["https://ok.example.com/", `http://${host}/cb`]).map(describeWarning)).toEqual([
    `${path}[1]: "http://${host}/cb" is a risk; better: https, or http to a loopback or private host. Whoever sees the traffic can take over the login: serve the application with https.`,
  ]);
});

test("an address in another notation is the address that it means", () => {
  expect(insecureRedirects(path, ["http://0x7f.1/cb", "http://0xa000001/cb"])).toEqual([]);
  expect(insecureRedirects(path, ["HTTP://134744072/cb"])).toHaveLength(1);
});

test("what is no http, or is known only later, is nothing to warn of", () => {
  expect(insecureRedirects(path, ["https://app.example.com/cb", "myapp:/cb", undefined, "http://["])).toEqual([]);
});

test("a URI that is known only later is none that is missing, and the others keep their places", () => {
  expect(checkRedirectURIs(path, [undefined, undefined])).toEqual([]);
  expect(checkRedirectURIs(path, [undefined, "/cb"]).map((it) => it.path)).toEqual([`${path}[1]`]);
});

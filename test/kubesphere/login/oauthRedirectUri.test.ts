import { isPrivateHost } from "../../../kubesphere/login/privateHost";
import { checkRedirectURIs, insecureRedirects } from "../../../kubesphere/login/redirectUri";
import { describeWarning } from "../../../kubesphere/login/warnings";

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

describe("a name of nip.io or sslip.io is where its own rules lead", () => {
  test.each([
    ...["www-10-0-0-1.sslip.io", "www.10.0.0.1.sslip.io", "10-0-0-1.8.8.8.8.sslip.io", "10.0.0.1-x.sslip.io", "0a000001.nip.io"],
    ...[
      "a.b.0a000001.sslip.io",
      "--1.sslip.io",
      "fd00--1.sslip.io",
      "www.fd00--1.nip.io.",
      "192-168-1-250.nip.io",
      "2130706433.10.0.0.1.nip.io",
    ],
  ])("%s stays on a network of one's own", (host) => expect(isPrivateHost(host)).toBe(true));

  test.each([
    // The dashes first, then the dots; of each, the first.
    ...["8-8-8-8.10.0.0.1.sslip.io", "8.8.8.8.10.0.0.1.sslip.io", "8-8-8-8.10-0-0-1.sslip.io", "x-8-8-8-8-10.0.0.1.sslip.io"],
    // The former nip.io takes the last four parts, and hexadecimal after a dash.
    ...["10-0-0-1.8.8.8.8.nip.io", "8.8.8.8.10.0.0.1.nip.io", "10-0-0-1-x-08080808.nip.io", "10.0.0.1.08080808.nip.io"],
    ...["08080808.sslip.io", "a-0a000001.sslip.io", "2a01-4f8-c17-b8f--2.sslip.io", "2a01-4f8-c17-b8f--2.10.0.0.1.sslip.io"],
    // Go refuses a leading zero; nine digits are no address.
    ...["10-00-0-1.sslip.io", "10.0.0.01.sslip.io", "0a0000011.nip.io", "sslip.io", "ns.sslip.io", "10.0.0.1.sslip.io.example.com"],
    // Who answers for these may answer otherwise tomorrow.
    ...["10.0.0.1.xip.io", "10-0-0-1.traefik.me", "app.localtest.me", "app.lvh.me"],
  ])("%s leads to the Internet, or nobody knows where", (host) => expect(isPrivateHost(host)).toBe(false));
});

test.each([
  ["2130706433", true],
  ["0x7f.1", true],
  ["0177.0.0.1", true],
  ["127.1.", true],
  ["134744072", false],
  ["010.8.8.8", false],
  ["[::ffff:10.0.0.1]", true],
  ["[::ffff:8.8.8.8]", false],
  ["[64:ff9b::10.0.0.1]", true],
  ["[64:ff9b::808:808]", false],
  ["[::]", true],
  ["0.0.0.0", true],
  ["100.64.0.1", false],
  ["localhost.", true],
  ["LOCALHOST", true],
  ["example.com.", false],
  ["localhost..", false],
  // Browsers know no zones.
  ["[fe80::1%25eth0]", false],
])("the host %s is what the URL standard makes of it: private %p", (host, isPrivate) => expect(isPrivateHost(host)).toBe(isPrivate));

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

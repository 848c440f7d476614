import { bundleUrl, consoleHost, discoveryUrl, domainSuffix, extensionUrl, portalUrl, type Access } from "../../kubesphere/urls";

const addresses = (access: Access) => {
  const console = portalUrl({ hostname: consoleHost(access), http: { port: 30880 } });
  return [extensionUrl("demo", domainSuffix(access), { http: { port: 30888 } }), bundleUrl(console, "demo")];
};

test("the documented nip.io addresses of the example are those that the program tells", () => {
  expect(addresses({ nodeIP: "192.168.50.208" })).toEqual([
    "http://demo.192.168.50.208.nip.io:30888/",
    "http://192.168.50.208:30880/pstatic/dist/demo/index.js",
  ]);
});

test("the documented wildcard-domain addresses of the example are those that the program tells", () => {
  expect(addresses({ domain: "www.ks.com" })).toEqual([
    "http://demo.www.ks.com:30888/",
    "http://www.ks.com:30880/pstatic/dist/demo/index.js",
  ]);
});

test("an extension is opened over HTTPS where the console is, or browsers would show nothing of it there", () => {
  const http = { port: 30888 };
  expect(extensionUrl("demo", "ks.example.com", { http, https: { port: 443 } })).toBe("https://demo.ks.example.com/");
  expect(extensionUrl("demo", "ks.example.com", { http, https: { port: 30443 } })).toBe("https://demo.ks.example.com:30443/");
});

test("the issuer is the text that ks-core makes of portal.*, or no client would accept its tokens", () => {
  const hostname = "ks.example.com";
  expect(portalUrl({ hostname, http: { port: 30880 } })).toBe("http://ks.example.com:30880");
  expect(portalUrl({ hostname, http: { port: 80 } })).toBe("http://ks.example.com");
  expect(portalUrl({ hostname, http: { port: 30880 }, https: { port: 443 } })).toBe("https://ks.example.com");
  expect(portalUrl({ hostname, http: { port: 30880 }, https: { port: 30443 } })).toBe("https://ks.example.com:30443");
  expect(discoveryUrl("https://ks.example.com")).toBe("https://ks.example.com/.well-known/openid-configuration");
});

import { readFileSync } from "fs";
import { join } from "path";
import { readSettings } from "../../../sandbox/src/sim/settings.js";

const { kubesphereYaml } = JSON.parse(readFileSync(join(__dirname, "../../vectors/ks-core.json"), "utf8")) as {
  kubesphereYaml: { text: string };
};

test("an extension would not learn its address and ingress class from ks-core's settings", () => {
  expect(readSettings(kubesphereYaml.text)).toEqual({
    helm: expect.objectContaining({ timeout: "10m", historyMax: 2 }) as unknown,
    injected: {
      global: {
        portal: { url: "http://ks-console.kubesphere-system.svc:30880" },
        extension: { ingress: { ingressClassName: "nginx", domainSuffix: "192.168.50.208.nip.io", httpPort: 30888, httpsPort: 443 } },
      },
    },
  });
});

test("an agent would be told where the console is, which real KubeSphere keeps to itself", () => {
  const { injected } = readSettings(kubesphereYaml.text, true);
  expect(injected).toEqual({ global: { extension: expect.anything() as unknown } });
});

test("an extension would get half an ingress setting where ks-core has no domain", () => {
  const text =
    "extension:\n  imageRegistry: mirror.example.org\n  nodeSelector: { disk: ssd }\n  ingress: { domainSuffix: '', httpPort: 80 }\n";
  expect(readSettings(text).injected).toEqual({ global: { imageRegistry: "mirror.example.org", nodeSelector: { disk: "ssd" } } });
});

test("extensions could not be removed any more after ks-core is gone", () => {
  expect(readSettings(undefined)).toEqual({ helm: { timeout: "10m", historyMax: 2 }, injected: { global: {} } });
});

test("a heading of ks-core's settings with nothing under it would stop the simulator", () => {
  expect(readSettings("authentication:\nextension:\nhelmExecutor:\n")).toEqual(readSettings(undefined));
});

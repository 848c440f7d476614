import { parseSettings } from "../../components/config";
import { loadSources } from "../../components/sources";

const load = (...sources: string[]) =>
  loadSources(
    parseSettings(
      {
        access: { domain: "www.ks.com" },
        ingressNginx: { install: false },
        ksCore: { chart: "./sandbox/charts/ks-core" },
        extensions: sources.map((source) => ({ source })),
      },
      "dev",
    ),
  );

test("an extension that cannot be read is refused by the key that named it", async () => {
  await expect(load("./extensions/demo", "./extensions/none")).rejects.toThrow(/^kubesphere:extensions\[1\]\.source: \.\/extensions\/none/);
});

test("one extension named twice is refused before Pulumi meets two resources of a name", async () => {
  await expect(load("./extensions/demo", "extensions/demo")).rejects.toThrow(
    'kubesphere:extensions[1].source: "demo" is not allowed; allowed: each extension once. Remove it or rename its chart: kubesphere:extensions[0].source is that extension too.',
  );
});

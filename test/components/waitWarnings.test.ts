import * as pulumi from "@pulumi/pulumi";
import type { DeclaredExtension } from "../../components/extensionSources";
import { warnOfWaits } from "../../components/waitWarnings";

const declared = (path: string, installed: string | undefined, storageClasses: (string | null)[]) =>
  ({
    path,
    packages: ["1.0.0", "1.1.0"].map((version) => ({ package: { version, learnt: { awaited: { storageClasses, foreignKinds: [] } } } })),
    install: installed === undefined ? undefined : { version: installed },
  }) as unknown as DeclaredExtension;

const told: string[] = [];
beforeEach(() => {
  told.length = 0;
  jest.spyOn(pulumi.log, "warn").mockImplementation((text) => Promise.resolve(void told.push(text)));
});

test("a preview says nothing of a volume that will never come, or says it of what is only published", async () => {
  const storageClasses = jest.fn(() => Promise.resolve([]));
  const extensions = [declared("kubesphere:extensions[0]", "1.1.0", ["fast"]), declared("kubesphere:extensions[1]", undefined, ["slow"])];
  await warnOfWaits(extensions, { cluster: { storageClasses }, apiVersions: [] });
  expect(told).toEqual([
    "kubesphere:extensions[0]: it claims a volume of the StorageClass fast; the cluster has none. Unless one is made by hand, it waits for it.",
  ]);
});

test("a cluster is asked for what nobody needs, at every run", async () => {
  const storageClasses = jest.fn(() => Promise.resolve([]));
  await warnOfWaits([declared("kubesphere:extensions[0]", "1.1.0", [])], { cluster: { storageClasses }, apiVersions: [] });
  expect([storageClasses.mock.calls, told]).toEqual([[], []]);
});

import * as pulumi from "@pulumi/pulumi";
import type { DeclaredExtension } from "../../../settings/extensionSources";
import { warnOfExtensions } from "../../../components/preparation/extensionWarnings";
import type { CrdCluster } from "../../../kubesphere/extension/crdChanges";
import type { Learnt } from "../../../kubesphere/extension/rendering";

const learnt = (more: Partial<Learnt> = {}) => ({
  awaited: { storageClasses: [], foreignKinds: [] },
  notes: [],
  crds: [],
  goneEntries: [],
  made: [],
  record: { bytes: 1, most: [], others: 0 },
  hosts: ["web.example"],
  hasFrontEnd: true,
  ...more,
});
const claiming = (...storageClasses: string[]) => learnt({ awaited: { storageClasses, foreignKinds: [] } });
const declared = (path: string, installed: string | undefined, taught: object = learnt()) =>
  ({
    path,
    packages: ["1.0.0", "1.1.0"].map((version) => ({ package: { name: "web", version, learnt: taught } })),
    install: installed === undefined ? undefined : { version: installed },
  }) as unknown as DeclaredExtension;

const FIRST = "kubesphere:extensions[0]";
const told: string[] = [];
let isPreview = true;
beforeEach(() => {
  told.length = 0;
  isPreview = true;
  for (const level of ["warn", "info"] as const)
    jest.spyOn(pulumi.log, level).mockImplementation((...[text]) => Promise.resolve(void told.push(text)));
  jest.spyOn(pulumi.runtime, "isDryRun").mockImplementation(() => isPreview);
});
const unasked = () => Promise.reject(new Error("no CRD is to be asked for"));
const noCrds: CrdCluster = { crd: unasked, appliedCrd: unasked, hasInstalled: unasked };
const told1 = (taught: object) =>
  warnOfExtensions([declared(FIRST, "1.1.0", taught)], {
    cluster: { ...noCrds, storageClasses: () => Promise.resolve([]) },
    apiVersions: [],
  });

test("a preview says nothing of a volume that will never come, or says it of what is only published", async () => {
  const storageClasses = jest.fn(() => Promise.resolve([]));
  const extensions = [declared(FIRST, "1.1.0", claiming("fast")), declared("kubesphere:extensions[1]", undefined, claiming("slow"))];
  await warnOfExtensions(extensions, { cluster: { ...noCrds, storageClasses }, apiVersions: [] });
  expect(told).toEqual([
    `${FIRST} (web): it claims a volume of the StorageClass fast; the cluster has none. Unless one is made by hand, it waits for it.`,
  ]);
});

test("a cluster is asked for what nobody needs, at every run", async () => {
  const storageClasses = jest.fn(() => Promise.resolve([]));
  await warnOfExtensions([declared(FIRST, "1.1.0")], { cluster: { ...noCrds, storageClasses }, apiVersions: [] });
  expect([storageClasses.mock.calls, told]).toEqual([[], []]);
});

test("a choice made for the user, wide rights, or a record of the release that is nearly full, show in inspect alone", async () => {
  await told1(
    learnt({ notes: ["its UI is a:80"], record: { bytes: 1_000_000, most: [{ what: "README.md", bytes: 900_000 }], others: 0 } }),
  );
  expect(told).toEqual([
    `${FIRST} (web): its UI is a:80`,
    expect.stringMatching(/^kubesphere:extensions\[0\] \(web\): Helm's record of the release takes about 977 KiB, most of it README\.md/),
  ]);
});

test("an extension that nobody can open looks in a preview like one with a page", async () => {
  await told1(learnt({ hosts: [], hasFrontEnd: false }));
  expect(told).toEqual(["without a menu entry and an Ingress: web"]);
  told.length = 0;
  isPreview = false;
  await told1(learnt({ hosts: [], hasFrontEnd: false }));
  expect(told).toEqual([]);
});

test("a CRD that Helm leaves as it is looks in a preview like one that rolls out with the rest", async () => {
  const crds = [{ name: "foos.example.com", file: "charts/web/crds/foos.yaml", digest: "of the chart's" }];
  const cluster: CrdCluster = { crd: () => Promise.resolve(undefined), appliedCrd: unasked, hasInstalled: () => Promise.resolve(true) };
  const { packages, ...rest } = declared(FIRST, "1.1.0", learnt({ crds }));
  const extension = { ...rest, packages: packages.map((it) => ({ ...it, package: { ...it.package, contents: [] }, source: "./web" })) };
  const asked = { cluster: { ...cluster, storageClasses: () => Promise.resolve([]) }, apiVersions: [] };
  // The stack itself sees to it.
  await warnOfExtensions([extension], { ...asked, isLeft: () => false });
  expect(told).toEqual([]);
  await warnOfExtensions([extension], asked);
  expect(told).toEqual([
    `${FIRST} (web): CRD foos.example.com (charts/web/crds/foos.yaml): the cluster does not have it, and Helm makes what stands in crds/ at a first ` +
      "install only. To make it: npx luban extension crds ./web foos.example.com | kubectl apply --server-side --force-conflicts -f -",
  ]);
});

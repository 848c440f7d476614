import type * as pulumi from "@pulumi/pulumi";
import { declareCrds, stackCrds } from "../../../components/preparation/restoredCrds";
import type { Installation } from "../../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../../kubesphere/extension/extensionPackage";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";
import { chartFiles } from "../../support/charts";
import { declare } from "../../support/mocks";

const NAME = "foos.example.com";
const spec = (field: string) => ({
  group: "example.com",
  names: { kind: "Foo", plural: "foos" },
  versions: [{ name: "v1", served: true, schema: field }],
});
const crd = (field: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: NAME },
  spec: spec(field),
});

function extension(name: string, field: string | undefined) {
  const file = `charts/${name}/crds/foos.yaml`;
  const contents = chartFiles({ "Chart.yaml": `name: ${name}\n`, ...(field !== undefined && { [file]: JSON.stringify(crd(field)) }) });
  const learnt = { crds: field === undefined ? [] : [{ name: NAME, file, digest: "d" }] };
  const install: Installation = { version: "0.1.0", enabled: true, namespace: `extension-${name}`, config: {} };
  return { versions: [{ name, version: "0.1.0", contents, learnt } as unknown as ExtensionPackage], install };
}
const stored = (name: string): StoredPlan => ({
  metadata: { name },
  spec: { extension: { name, version: "0.1.0" }, enabled: true },
  status: { state: "Installed", version: "0.1.0" },
});
const EARLIER = new Map([["shop", { mark: undefined, loss: undefined }]]);

const asked: string[] = [];
const having = (...names: string[]) => ({
  metadata: (path: string) => {
    asked.push(path);
    return Promise.resolve(names.map((name) => ({ name })));
  },
});
beforeEach(() => void (asked.length = 0));

test("nobody is asked for CRDs where no extension that brings some was installed before, and one list does for all that were", async () => {
  const [shop, till, plain] = [extension("shop", "a"), extension("till", "a"), extension("plain", undefined)];
  const first = await stackCrds(having(), [shop, plain], [stored("plain")], EARLIER);
  expect([asked, first.declared, first.isLeft(NAME)]).toEqual([[], [], true]);
  const after = await stackCrds(having(NAME), [shop, till, plain], [stored("shop"), stored("till")], EARLIER);
  expect(asked).toEqual(["/apis/apiextensions.k8s.io/v1/customresourcedefinitions"]);
  expect([after.declared, after.earlier, after.isLeft(NAME)]).toEqual([[], EARLIER, true]);
});

test("one that is gone is declared as the package has it, for all extensions that bring it; nobody is told to apply it by hand", async () => {
  const [shop, till] = [extension("shop", "first"), extension("till", "second")];
  const { declared, earlier, returning, isLeft } = await stackCrds(having(), [shop, till], [stored("shop")], EARLIER);
  expect(declared).toMatchObject([{ isGone: true, object: { metadata: { name: NAME }, spec: spec("first") } }]);
  expect([...returning]).toEqual(["example.com/v1 Foo"]);
  const crds = { mark: `${NAME}=1`, gone: [NAME] };
  expect(earlier).toEqual(new Map(["shop", "till"].map((name) => [name, { mark: undefined, loss: undefined, crds }])));
  expect(isLeft(NAME)).toBe(false);
});

test("a CRD is waited for, stays in the cluster when its extension goes, and is made although the state has it, but only when it is gone", async () => {
  const options: pulumi.CustomResourceOptions[] = [];
  const object = { ...crd("a"), metadata: { name: NAME, annotations: { "pulumi.com/waitFor": "condition=Established" } } };
  const { resources } = await declare(async () => {
    const { runtime } = await import("@pulumi/pulumi");
    runtime.registerStackTransformation(({ opts }) => void options.push(opts));
    declareCrds(
      "kubesphere",
      [
        { object, isGone: true },
        { object: { ...object, metadata: { ...object.metadata, name: "b.example" } }, isGone: false },
      ],
      {},
    );
  });
  expect(resources.map(({ type, name }) => [type, name])).toEqual([
    ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", `kubesphere-${NAME}`],
    ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "kubesphere-b.example"],
  ]);
  expect(options.map(({ retainOnDelete, replaceOnChanges }) => ({ retainOnDelete, replaceOnChanges }))).toEqual([
    { retainOnDelete: true, replaceOnChanges: ['metadata.annotations["kubesphere-luban/restored"]'] },
    { retainOnDelete: true, replaceOnChanges: [] },
  ]);
});

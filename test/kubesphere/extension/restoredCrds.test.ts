import { lossWords } from "../../../kubesphere/extension/repairs";
import { crdsOfExtension, kindsIn, restoredCrds, restoredObject, type Bringing } from "../../../kubesphere/extension/restoredCrds";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";
import { rendered } from "../../support/rendered";

const crds = (...names: string[]) => names.map((name) => ({ name, file: `crds/${name}.yaml`, digest: "d" }));
const plan = (
  mark?: string,
  metadata: object = {},
  status: StoredPlan["status"] = { state: "Installed", version: "0.1.0" },
): StoredPlan => ({
  metadata: { name: "shop", ...(mark !== undefined && { annotations: { "kubesphere-luban/restored-crds": mark } }), ...metadata },
  spec: { extension: { name: "shop", version: "0.1.0" }, enabled: true },
  status,
});
const shop = (of: StoredPlan | undefined = plan(), loss?: string): Bringing => ({ crds: crds("a.example", "b.example"), plan: of, loss });
const BOTH = new Set(["a.example", "b.example"]);
const ONE = new Set(["b.example"]);

test("what is there is Helm's, whoever has written it, and the stack declares none of it", () => {
  expect(restoredCrds([shop()], BOTH)).toEqual([]);
  expect(crdsOfExtension(shop(), [])).toBeUndefined();
});

test("one that is gone comes back, goes on being declared by later runs, and comes back once more when it is gone again", () => {
  const first = restoredCrds([shop()], ONE);
  expect(first).toEqual([{ name: "a.example", times: 1, isGone: true }]);
  expect(crdsOfExtension(shop(), first)).toEqual({ mark: "a.example=1", gone: ["a.example"] });
  const marked = shop(plan("a.example=1"));
  const later = restoredCrds([marked], BOTH);
  expect(later).toEqual([{ name: "a.example", times: 1, isGone: false }]);
  expect(crdsOfExtension(marked, later)).toEqual({ mark: "a.example=1", gone: [] });
  expect(restoredCrds([marked], ONE)).toEqual([{ name: "a.example", times: 2, isGone: true }]);
  expect(restoredCrds([marked], new Set())).toEqual([
    { name: "a.example", times: 2, isGone: true },
    { name: "b.example", times: 1, isGone: true },
  ]);
});

test.each<[string, Bringing]>([
  ["at a first install", { crds: crds("a.example"), plan: undefined, loss: undefined }],
  ["while the first install is on its way", shop(plan(undefined, {}, { state: "Installing" }))],
  ["of a release that is gone, and is installed anew", shop(plan(), "the namespace extension-shop is gone")],
  ["of an extension that goes", shop(plan(undefined, { deletionTimestamp: "2026-01-01T00:00:00Z" }))],
])("Helm makes it itself, or nobody needs it: %s", (_, bringing) => expect(restoredCrds([bringing], new Set())).toEqual([]));

test("one that the stack has made stays declared while its release is installed anew, or the engine would forget it", () =>
  expect(restoredCrds([shop(plan("a.example=3"), "gone")], new Set())).toEqual([{ name: "a.example", times: 3, isGone: false }]));

test("one that several extensions bring is made once, and all of their plans say so: whichever goes, it stays declared", () => {
  const other: Bringing = { crds: crds("a.example"), plan: undefined, loss: undefined };
  const restored = restoredCrds([other, shop(plan("a.example=1"))], ONE);
  expect(restored).toEqual([{ name: "a.example", times: 2, isGone: true }]);
  expect(crdsOfExtension(other, restored)).toEqual({ mark: "a.example=2", gone: ["a.example"] });
});

test("one that no installed version brings any more is declared no more, and a mark that somebody has edited counts for nothing", () => {
  expect(restoredCrds([{ ...shop(plan("c.example=1")), crds: crds("a.example") }], BOTH)).toEqual([]);
  expect(restoredCrds([shop(plan("a.example, =1,b.example=0,a.example=x"))], BOTH)).toEqual([]);
});

test("what generators write beside a CRD is not declared: the API server would drop it, and each run find a difference", () => {
  const crd = {
    ...rendered("apiextensions.k8s.io/v1 CustomResourceDefinition a.example"),
    metadata: { name: "a.example", creationTimestamp: null, annotations: { "controller-gen.kubebuilder.io/version": "v0.16" } },
    spec: { group: "example" },
    status: { conditions: [] },
  };
  expect(restoredObject(crd, 2)).toEqual({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: "a.example",
      annotations: {
        "controller-gen.kubebuilder.io/version": "v0.16",
        "pulumi.com/waitFor": "condition=Established",
        "kubesphere-luban/restored": "2",
      },
    },
    spec: { group: "example" },
  });
});

test("the kinds that come back are those of its served versions", () => {
  const versions = [
    { name: "v1", served: true },
    { name: "v1alpha1", served: false },
    { name: "v2", served: true },
  ];
  const crd = rendered("apiextensions.k8s.io/v1 CustomResourceDefinition foos.example.com", {
    spec: { group: "example.com", names: { kind: "Foo" }, versions },
  });
  expect(kindsIn(crd)).toEqual(["example.com/v1 Foo", "example.com/v2 Foo"]);
});

test("a run says in one sentence what was gone and comes back, and what is lost for good", () => {
  const crdsOf = (...gone: string[]) => ({ mark: "", gone });
  const repair = (broken: string | undefined, ...told: string[]) => ({ mark: undefined, broken, told });
  expect(lossWords({ crds: crdsOf("a.example", "b.example") })).toEqual([
    "the cluster does not have CRD a.example, b.example: this run makes them. Whatever others had made of the kinds is lost",
  ]);
  expect(lossWords({ crds: crdsOf("a.example"), repair: repair("Foo mine is gone", "scale it") })).toEqual([
    "the cluster does not have CRD a.example, and Foo mine is gone: this run makes it, and rolls the extension out again, which brings that back. " +
      "Whatever others had made of the kind is lost",
    "scale it",
  ]);
  expect(lossWords({ crds: crdsOf(), repair: repair("Service web is gone") })).toEqual([
    "Service web is gone: it is rolled out again, which brings that back",
  ]);
  expect(lossWords()).toEqual([]);
});

import { changesOf, compareObjects, type K8s } from "../../cli/shared/objectDiff";

describe("the properties in which two values differ", () => {
  test.each([
    ["a scalar", { a: 1, b: "x" }, { a: 1, b: "y" }, [{ path: "b", before: "x", after: "y" }]],
    [
      "one more, one less",
      { a: { b: 1 } },
      { c: [2] },
      [
        { path: "a", before: { b: 1 } },
        { path: "c", after: [2] },
      ],
    ],
    ["null, which the API server drops", { a: null, b: 1 }, { b: 1, c: null }, []],
    [
      "elements by name, wherever they stand",
      { l: [{ name: "a", v: 1 }, { name: "b" }] },
      { l: [{ name: "b" }, { name: "a", v: 2 }] },
      [{ path: "l[name=a].v", before: 1, after: 2 }],
    ],
    [
      "elements without names, by place",
      { l: [{ v: 1 }, { v: 2 }] },
      { l: [{ v: 1 }, { v: 3 }] },
      [{ path: "l[1].v", before: 2, after: 3 }],
    ],
    [
      "elements that share a name, by place",
      { l: [{ name: "a", v: 1 }, { name: "a" }] },
      { l: [{ name: "a", v: 2 }, { name: "a" }] },
      [{ path: "l[0].v", before: 1, after: 2 }],
    ],
    ["a list of another length, whole", { l: ["a", "b"] }, { l: ["b"] }, [{ path: "l", before: ["a", "b"], after: ["b"] }]],
    ["a key that is no name", { "a.b/c": { d: 1 } }, { "a.b/c": { d: 2 } }, [{ path: '["a.b/c"].d', before: 1, after: 2 }]],
    ["another type", { a: {} }, { a: [] }, [{ path: "a", before: {}, after: [] }]],
    ["the value itself", 1, 2, [{ path: "", before: 1, after: 2 }]],
  ])("%s", (_, before, after, changes) => {
    expect(changesOf(before, after)).toEqual(changes);
  });
});

test("objects are found again under another version of their group, and told apart by kind, namespace and name", () => {
  const object = (apiVersion: string, kind: string, name: string, namespace?: string): K8s => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  });
  const before = [object("policy/v1beta1", "PodDisruptionBudget", "a"), object("v1", "Service", "a", "n"), object("v1", "Service", "b")];
  const after = [object("policy/v1", "PodDisruptionBudget", "a"), object("v1", "Service", "a", "m"), object("v1", "Service", "b")];
  expect(compareObjects(before, after)).toEqual([
    {
      ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", name: "a", change: "changed" },
      changes: [{ path: "apiVersion", before: "policy/v1beta1", after: "policy/v1" }],
    },
    { apiVersion: "v1", kind: "Service", namespace: "m", name: "a", change: "created", changes: [] },
    { apiVersion: "v1", kind: "Service", namespace: "n", name: "a", change: "deleted", changes: [] },
  ]);
});

test("nothing that a Secret holds comes out of a comparison, wherever in it", () => {
  const secret = (value: string, keys: object): K8s => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", annotations: { "kubectl.kubernetes.io/last-applied-configuration": value } } as K8s["metadata"],
    ...keys,
  });
  const before = secret("planted-1", { data: { a: "planted-2", "b.c": "planted-3" } });
  const after = secret("planted-4", { data: { a: "planted-5" }, stringData: { d: "planted-6" } });
  const [change] = compareObjects([before], [after]);
  expect(change?.changes.map(({ path }) => path)).toEqual([
    'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
    "data.a",
    'data["b.c"]',
    "stringData",
  ]);
  expect(JSON.stringify(change)).not.toContain("planted");
});

import { discovered } from "../../../kubesphere/cluster/discovery";

const resource = (name: string, kind: string, scope: string) => ({ resource: name, scope, responseKind: { group: "", version: "", kind } });

test("charts are told each version and kind that the cluster serves, always in the same order", () => {
  const core = { items: [{ metadata: {}, versions: [{ version: "v1", resources: [resource("pods", "Pod", "Namespaced")] }] }] };
  const groups = {
    items: [
      {
        metadata: { name: "pets.example" },
        versions: [
          { version: "v2", resources: [resource("mice", "Mouse", "Cluster")] },
          { version: "v1", resources: [resource("mice", "Mouse", "Cluster"), { resource: "broken" }] },
        ],
      },
    ],
  };
  const told = {
    apiVersions: ["pets.example/v1", "pets.example/v1/Mouse", "pets.example/v2", "pets.example/v2/Mouse", "v1", "v1/Pod"],
    resources: [
      { group: "", kind: "Pod", resource: "pods", isNamespaced: true },
      { group: "pets.example", kind: "Mouse", resource: "mice", isNamespaced: false },
    ],
  };
  expect(discovered([core, groups])).toEqual(told);
  expect(discovered([groups, core])).toEqual(told);
});

test("an answer of another form, as old API servers give, is as good as none", () => {
  expect(discovered([{ kind: "APIVersions", versions: ["v1"] }, null, "x"])).toEqual({ apiVersions: [], resources: [] });
});

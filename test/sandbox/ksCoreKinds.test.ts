/** The sandbox's stand-in of ks-core serves the kinds that extensions bring objects of, or they fail there and nowhere else. */
import { readdirSync, readFileSync } from "fs";
import { join } from "path";
import { loadAll } from "js-yaml";
import { builtInResources } from "../../kubesphere/chart/apiResources";

const CRDS = join(__dirname, "../../sandbox/charts/ks-core/crds");
/** What an extension's own parts are of: its menus and APIs, and the roles that it adds to KubeSphere's. */
const GROUPS = ["extensions.kubesphere.io", "iam.kubesphere.io"];

interface Crd {
  readonly spec: { readonly group: string; readonly scope: string; readonly names: { readonly kind: string; readonly plural: string } };
}

test("an extension that brings roles for KubeSphere's users would fail in the sandbox alone", () => {
  const files = readdirSync(CRDS, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  const crds = files.flatMap((file) => loadAll(readFileSync(join(CRDS, file), "utf8")) as Crd[]);
  const served = crds.map(({ spec: { group, scope, names } }) => ({
    ...{ group, kind: names.kind, resource: names.plural, isNamespaced: scope === "Namespaced" },
  }));
  const wanted = builtInResources.filter(({ group }) => GROUPS.includes(group));
  expect(wanted.length).toBeGreaterThan(15);
  expect(served).toEqual(expect.arrayContaining(wanted));
});

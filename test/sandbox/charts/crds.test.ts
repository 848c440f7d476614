import { existsSync, readFileSync, readdirSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";

type Tree = { readonly [key: string]: unknown };

const OURS = join(__dirname, "../../../sandbox/charts/ks-core/crds");
/** The CRD files of the real ks-core chart, beside the checkout where somebody keeps them. */
const REAL = process.env["KUBESPHERE_CRDS"] ?? join(__dirname, "../../../../shared/golden/crds");

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** A schema without its texts; lists whose order means nothing sorted. `properties` are names, not keywords. */
function shape(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((it) => shape(it));
  if (!isTree(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (!areNames && key === "description") return [];
      if (!areNames && (key === "required" || key === "enum") && Array.isArray(value)) return [[key, [...(value as string[])].sort()]];
      return [[key, shape(value, key === "properties" && !areNames)]];
    }),
  );
}

interface Crd {
  spec: { versions: (Tree & { subresources?: Tree })[] } & Tree;
}

/** An empty `subresources` says nothing. */
const comparable = ({ spec }: Crd) =>
  shape({
    ...spec,
    versions: spec.versions.map(({ subresources, ...rest }) => ({
      ...rest,
      ...(Object.keys(subresources ?? {}).length > 0 && { subresources }),
    })),
  });

const read = (folder: string, file: string) => load(readFileSync(join(folder, file), "utf8")) as Crd;
/** Users, roles and workspaces, in a folder of their own, have no schema here. */
const files = readdirSync(OURS)
  .filter((file) => file.endsWith(".yaml"))
  .sort();

test("a kind that the program or an extension declares would be unknown in the sandbox", () => {
  const kinds = files.map((file) => (read(OURS, file).spec["names"] as { kind: string }).kind);
  expect(kinds.sort()).toEqual([
    ...["APIService", "Category", "Cluster", "Extension", "ExtensionEntry", "ExtensionVersion"],
    ...["InstallPlan", "JSBundle", "Repository", "ReverseProxy"],
  ]);
});

test.each(files)("a status could not be written as KubeSphere writes it: %s", (file) => {
  const { spec } = read(OURS, file);
  expect(spec["scope"]).toBe("Cluster");
  expect(spec.versions.map(({ name, subresources }) => ({ name, subresources }))).toEqual([{ name: "v1alpha1", subresources: undefined }]);
});

(existsSync(REAL) ? describe : describe.skip)(
  "beside the real schemas (skipped where they are not kept beside the checkout; KUBESPHERE_CRDS names another folder)",
  () => {
    const recorded = files.filter((file) => existsSync(join(REAL, file)));
    test.each(recorded)("an object that real KubeSphere takes would be refused, or the other way round: %s", (file) => {
      expect(comparable(read(OURS, file))).toEqual(comparable(read(REAL, file)));
    });
  },
);

import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { refuseOutsideSchemas } from "../../../kubesphere/chart/valuesSchema";
import { chartFiles, SMALL_CHART, type Files } from "../../support/charts";

const look = (files: Files) => refuseOutsideSchemas(chartFiles({ ...SMALL_CHART, ...files }), "web");
const schema = (content: unknown) => ({ "values.schema.json": typeof content === "string" ? content : JSON.stringify(content) });
const property = (content: object) => schema({ properties: { port: content } });

test.each([
  ["a file of this machine", property({ $ref: "file:///home/me/.kube/config" })],
  ["a file beside", property({ $ref: "../secret.json" })],
  ["an address of this machine", property({ $ref: "http://127.0.0.1:8080/admin#/x" })],
  ["an address, without its scheme", property({ $ref: "//169.254.169.254/latest" })],
  ["a reference by another draft's word", property({ $dynamicRef: "https://elsewhere.example/x" })],
  ["a reference by the word of 2019", property({ $recursiveRef: "https://elsewhere.example/x" })],
  ["a draft of its own", schema({ $schema: "https://elsewhere.example/draft" })],
  ["what only looks like a draft", schema({ $schema: "https://json-schema.org/draft-07/schema/../../x" })],
  ["a draft's document that there is none of", property({ $ref: "https://json-schema.org/draft/2020-12/meta/format" })],
  ["a file whose name begins with an escaped #", property({ $ref: "%23/x" })],
  ["an escaped key", schema('{"\\u0024ref": "file:///etc/passwd"}')],
  ["a key that was named before", schema('{"$ref": "#", "$ref": "file:///etc/passwd"}')],
  ["a reference in a list", schema({ allOf: [{ type: "object" }, { $ref: "file:///etc/passwd" }] })],
  ["a reference where no draft has schemas", schema({ "x-kept": { $ref: "file:///etc/passwd" } })],
  ["the schema of a chart within", { "charts/db/values.schema.json": '{"$ref":"file:///etc/passwd"}' }],
])("Helm would be made to read or call %s", async (_, files) => {
  await expect(look(files)).rejects.toThrow(/^web\/.*values\.schema\.json: \$\w+: ".+" is not allowed; allowed: references within/);
});

test("the schema of a packed chart within a packed chart leads Helm out as well", async () => {
  const within = (files: Files) => writeChartArchive("db", chartFiles({ ...SMALL_CHART, ...files }));
  const inner = await within({ "values.schema.json": '{"$ref":"file:///etc/passwd"}' });
  const outer = await within({ "charts/inner.tgz": inner });
  await expect(look({ "charts/outer.tgz": outer })).rejects.toThrow("web/charts/outer.tgz/charts/inner.tgz/values.schema.json: $ref");
});

test.each([
  ["has no schema", {}],
  ["defines all itself", schema({ $ref: "#/$defs/all", $defs: { all: { $id: "https://web.example/all", properties: { $ref: {} } } } })],
  ["names a draft", schema({ $schema: "http://json-schema.org/draft-07/schema#", $id: "https://web.example/values.schema.json" })],
  ["names the latest draft", schema({ $schema: "https://json-schema.org/schema" })],
  ["takes its values for a schema", property({ $ref: "https://json-schema.org/draft/2020-12/schema" })],
  ["is its own values' schema", property({ $ref: "" })],
  ["has such a file among others", { "files/other.schema.json": '{"$ref":"file:///etc/passwd"}' }],
])("a good chart would be refused, which %s", async (_, files) => {
  await expect(look(files)).resolves.toBeUndefined();
});

test("a schema that is no JSON is named, and one as deep as no stack does not end the program", async () => {
  await expect(look(schema("{"))).rejects.toThrow(/^web\/values\.schema\.json: .* is not allowed; allowed: JSON\./);
  const deep = `${'{"not":'.repeat(3000)}{"$ref":"file:///etc/passwd"}${"}".repeat(3000)}`;
  await expect(look(schema(deep))).rejects.toThrow("file:///etc/passwd");
});

test("charts packed within each other have an end", async () => {
  let archive = await writeChartArchive("db", chartFiles(SMALL_CHART));
  for (let depth = 0; depth < 9; depth++) archive = await writeChartArchive("db", chartFiles({ ...SMALL_CHART, "charts/db.tgz": archive }));
  await expect(look({ "charts/db.tgz": archive })).rejects.toThrow("more than 8 deep");
});

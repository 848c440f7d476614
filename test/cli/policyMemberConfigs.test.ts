/** With which configs an extension is rendered for the gate: a mistake on one member cluster counts as one on all. */
import { memberConfigs } from "../../cli/policy/memberConfigs";

const SECRET = "[secret]";
const config = { web: { replicas: 2, tls: true } };
const clusterScheduling = { placement: { clusters: ["a"] }, overrides: { a: { web: { replicas: 1 } }, b: "web:\n  hostPort: 80\n" } };

test("one for the host cluster, and one for each override on top of it", () => {
  expect(memberConfigs({ config }, {})).toEqual([config]);
  expect(memberConfigs({}, {})).toEqual([{}]);
  expect(memberConfigs({ config, clusterScheduling }, {})).toEqual([
    config,
    { web: { replicas: 1, tls: true } },
    { web: { replicas: 2, tls: true, hostPort: 80 } },
  ]);
});

test.each([
  ["both", { config: SECRET, clusterScheduling: SECRET }],
  ["the overrides", { config, clusterScheduling: SECRET }],
  ["the config", { config: SECRET, clusterScheduling }],
])("what a preview masks is taken from the configuration (%s), and is not told where that has it masked too", (_what, shown) => {
  expect(memberConfigs(shown, { config, clusterScheduling })).toEqual(memberConfigs({ config, clusterScheduling }, {}));
  expect(memberConfigs(shown, undefined)).toBeUndefined();
  expect(memberConfigs(shown, { config: { a: SECRET }, clusterScheduling: { overrides: { a: SECRET } } })).toBeUndefined();
});

test("a masked config of an extension that states none is empty: one secret masks those of all", () => {
  expect(memberConfigs({ config: SECRET }, {})).toEqual([{}]);
});

/** The rules as a policy pack's host calls them; test/operations/policy has the host. */
import { readFileSync } from "fs";
import { join } from "path";
import { revealed } from "../../cli/policy/revealed";
import { policies } from "../../policy/pack";
import { configsOf, resourcesOf, type Preview } from "../../policy/preview";
import type { Resource } from "../../policy/rule";

/** How the host lets rules see what is not known. Its types leave this out. */
const { unknownCheckingProxy, unknownStringValue } = jest.requireActual<{
  unknownCheckingProxy(properties: object): Resource["inputs"];
  unknownStringValue: string;
}>("@pulumi/policy/proxy");

const recorded = JSON.parse(readFileSync(join(__dirname, "../vectors/policy/planted.json"), "utf8")) as Preview;
/** A host hands secrets over in clear. */
const planted = revealed(recorded, configsOf(recorded));

/** @param config what the host gives of the schema's defaults and `--policy-pack-config` */
const reported = (config: object, resources: readonly Resource[] = resourcesOf(planted)) =>
  policies.flatMap(({ name, validateResource }) =>
    resources.flatMap(({ urn, type, inputs }) => {
      const said: string[] = [];
      validateResource({ urn, type, props: inputs, getConfig: <T>() => config as T }, (message) => said.push(message));
      return said.map((message) => `${name}: ${message.split(". ")[0] ?? ""}`);
    }),
  );

const defaultsOf = ({ configSchema: { properties } }: (typeof policies)[number]) =>
  Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, property.default]));

test("it finds what the gate finds in resources, with the reason and the way out", () => {
  expect(policies.map(defaultsOf)).toEqual(policies.map(() => ({ production: false, nodePorts: [30888, 30880], extensions: [] })));
  expect(reported({ production: false, nodePorts: [31770, 31771] })).toEqual([
    'clear-text-redirect: redirectURIs[1]: "http://app.example.com/callback"',
    'default-administrator-password: values.authentication.adminPassword: "the default"',
    'unpinned-chart: chart: "http://127.0.0.1:31779/ingress-nginx-latest.tgz"',
    'cluster-admin: rules[0]: {"apiGroups":["*"],"resources":["*"],"verbs":["*"]}',
    "node-port: values.apiserver.nodePort: 30999",
  ]);
});

test("what it is told of the stack counts", () => {
  expect(reported({ production: true, nodePorts: [30999, 31770, 31771] }).map((line) => line.split(":")[0])).toEqual([
    "clear-text-redirect",
    "unasked-grant",
    "default-administrator-password",
    "unpinned-chart",
    "cluster-admin",
  ]);
});

test("an extension that somebody vouches for is passed over, and no other", () => {
  const names = (extensions: string[]) =>
    reported({ production: false, nodePorts: [31770, 31771], extensions }).map((line) => line.split(":")[0]);
  expect(names(["other"])).toContain("cluster-admin");
  expect(names(["demo"])).toEqual(names([]).filter((name) => name !== "cluster-admin"));
});

test("what is not known before an `up` neither hides what is, nor counts as missing", () => {
  const facts = { production: true, nodePorts: [] };
  const resource = (type: string, inputs: object) => ({
    urn: `urn:pulumi:dev::p::${type}::it`,
    type,
    inputs: unknownCheckingProxy(inputs),
  });
  const values = { authentication: { adminPassword: unknownStringValue }, ports: [unknownStringValue, { nodePort: 30999 }] };
  const resources = [
    resource("kubernetes:helm.sh/v3:Release", { name: "ks-core", chart: unknownStringValue, values }),
    resource("kubesphere:index:OAuthClient", {
      grantMethod: unknownStringValue,
      redirectURIs: [unknownStringValue, "http://app.example.com/"],
    }),
  ];
  expect(reported(facts, resources)).toEqual([
    'clear-text-redirect: redirectURIs[1]: "http://app.example.com/"',
    "node-port: values.ports[1].nodePort: 30999",
  ]);
});

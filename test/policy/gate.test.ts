/**
 * The rules on previews that the real engine made in the sandbox (test/vectors/policy; icons and what no rule reads are cut away): what a careless
 * pull request would get past its reviewers.
 */
import { hashSync } from "bcryptjs";
import { readFileSync } from "fs";
import { join } from "path";
import { violations } from "../../policy/gate";
import { unaskedGrant } from "../../policy/oauth";
import { configsOf, type Preview } from "../../policy/preview";
import { revealed, unreadable } from "../../cli/policy/revealed";

/** As a file that somebody hands over: what its own configuration says in clear is known. */
function recorded(name: string): Preview {
  const preview = JSON.parse(readFileSync(join(__dirname, "../vectors/policy", `${name}.json`), "utf8")) as Preview;
  return revealed(preview, configsOf(preview));
}

const STACK = "urn:pulumi:sandbox::kubesphere::kubesphere:index:Platform$";

/** Rule, the URN's end, property, what was found there. */
const found = (preview: Preview) =>
  violations(preview, []).map(({ rule, resource, property, given }) => [rule, resource.replace(STACK, ""), property, given]);

test("what is right passes", () => {
  expect(found(recorded("clean"))).toEqual([]);
});

test("in production a client that asks by `prompt` passes, though KubeSphere 4.1 asks nobody then; one that lets nobody in does", () => {
  const preview = recorded("production-clean");
  expect(found(preview)).toEqual([["unasked-grant", "kubesphere:index:OAuthClient::oauth-partner", "grantMethod", "prompt"]]);
  const denied = JSON.parse(JSON.stringify(preview).replaceAll('"grantMethod":"prompt"', '"grantMethod":"deny"')) as Preview;
  expect(found(denied)).toEqual([]);
});

test("the way out of an unasked grant is one that does nothing in KubeSphere 4.1", () => {
  expect(unaskedGrant.mend).toBe(
    "Set `trusted: true` where the application is your own; where it is not, `grantMethod: deny` keeps it out.",
  );
});

const harbor = (values: object | string, config: Preview["config"] = {}): Preview => {
  const inputs = { name: "harbor", values };
  return { config, steps: [{ op: "same", urn: "x", newState: { type: "kubernetes:helm.sh/v3:Release", inputs } }] };
};
const IN_PRODUCTION = { "kubesphere:production": "true" };

test("Harbor runs with the password and the key that its chart shows to everybody", () => {
  const known = { harborAdminPassword: "Harbor12345", secretKey: "not-a-secure-key" };
  const rule = "default-administrator-password";
  expect(found(harbor(known))).toEqual([
    [rule, "x", "values.harborAdminPassword", "the default"],
    [rule, "x", "values.secretKey", "the default"],
  ]);
  expect(found(harbor({}))).toEqual([]);
  expect(found(harbor({}, IN_PRODUCTION))).toEqual([
    [rule, "x", "values.harborAdminPassword", undefined],
    [rule, "x", "values.secretKey", undefined],
  ]);
  const own = { harborAdminPassword: "[secret]", existingSecretSecretKey: "own" };
  expect(found(harbor(own, IN_PRODUCTION))).toEqual([]);
});

test("values of Harbor that are masked as a whole are called its defaults, or looked at in silence", () => {
  const masked = harbor("[secret]", { ...IN_PRODUCTION, "kubesphere:harbor": "[secret]" });
  const shown = revealed(masked, configsOf(masked));
  expect([found(shown), unreadable(shown)]).toEqual([[], ["the values of the release harbor, among them a secret: use --stack"]]);
});

test("each planted mistake is told by rule, resource and property", () => {
  expect(found(recorded("planted"))).toEqual([
    ["clear-text-redirect", "kubesphere:index:OAuthClient::oauth-test", "redirectURIs[1]", "http://app.example.com/callback"],
    [
      "default-administrator-password",
      "kubesphere:index:KsCore$kubernetes:helm.sh/v3:Release::ks-core-release",
      "values.authentication.adminPassword",
      "the default",
    ],
    ["unpinned-chart", "kubesphere:index:IngressNginx::ingress-nginx", "chart", "http://127.0.0.1:31779/ingress-nginx-latest.tgz"],
    [
      "cluster-admin",
      "kubesphere:index:Extension$kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::demo-executor",
      "rules[0]",
      { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    ],
    ["node-port", "kubesphere:index:KsCore$kubernetes:helm.sh/v3:Release::ks-core-release", "values.apiserver.nodePort", 30999],
  ]);
});

test("in production a client is trusted, or lets nobody in", () => {
  expect(found(recorded("production-careless"))).toEqual([
    ["unasked-grant", "kubesphere:index:OAuthClient::oauth-test", "grantMethod", "auto"],
  ]);
});

test("in production the chart's own password will not do either; elsewhere it may", () => {
  const inputs = { name: "ks-core", values: { authentication: { adminPassword: "" } } };
  const steps = [{ op: "same", urn: "x", newState: { type: "kubernetes:helm.sh/v3:Release", inputs } }];
  expect(found({ config: { "kubesphere:production": "true" }, steps })).toEqual([
    ["default-administrator-password", "x", "values.authentication.adminPassword", undefined],
  ]);
  expect(found({ steps })).toEqual([]);
});

test("Harbor's client is the program's own: no setting would mend its grant", () => {
  const urn = `${STACK}kubesphere:index:HarborOidc$kubesphere:index:OAuthClient::harbor-client`;
  const step = { op: "create", urn, newState: { type: "kubesphere:index:OAuthClient", inputs: { redirectURIs: [] } } };
  expect(found({ config: { "kubesphere:production": "true" }, steps: [step] })).toEqual([]);
  expect(found({ config: { "kubesphere:production": "true" }, steps: [{ ...step, urn: `${STACK}other` }] })).toHaveLength(1);
});

test("a namespace that goes with all that is in it is told, and so is ks-core", () => {
  expect(found(recorded("extension-removed"))).toEqual([
    ["lost-namespace-or-ks-core", "kubesphere:index:Extension$kubernetes:core/v1:Namespace::demo-namespace", "", "delete"],
  ]);
  expect(found(recorded("destroyed")).map(([, resource]) => String(resource).replace(/^.*::/, ""))).toEqual([
    "demo-namespace",
    "ks-core-release",
    "ingress-nginx-namespace",
    "ks-core-namespace",
  ]);
});

test.each(["replace", "create-replacement", "delete-replaced"])("a namespace that is replaced is lost too (%s), once", (op) => {
  const state = { type: "kubernetes:core/v1:Namespace", inputs: { metadata: { name: "extension-demo" } } };
  const step = { op, urn: `${STACK}demo-namespace`, oldState: state, newState: state };
  expect(found({ steps: [step, step] })).toEqual([["lost-namespace-or-ks-core", "demo-namespace", "", op]]);
  expect(found({ steps: [{ ...step, op: "update" }] })).toEqual([]);
});

describe("a password that is a secret", () => {
  const preview = recorded("secret-password");
  const masked: Preview = {
    ...preview,
    steps: (preview.steps ?? []).map((step) =>
      step.newState?.inputs?.["name"] === "ks-core"
        ? { ...step, newState: { ...step.newState, inputs: { ...step.newState.inputs, values: "[secret]" } } }
        : step,
    ),
  };

  test.each([
    ["by itself", preview],
    ["with all that is beside it", masked],
  ])("is not taken for a good one when only a file is there to read (masked %s)", (_how, shown) => {
    expect(found(shown)).toEqual([]);
    expect(unreadable(shown)).toEqual(["the values of the release ks-core, among them a secret: use --stack"]);
  });

  test.each([
    ["by itself", preview],
    ["with all that is beside it", masked],
  ])("is compared where the configuration can be read, and shown nowhere (masked %s)", (_how, shown) => {
    const told = (adminPassword: string) =>
      violations(revealed(shown, { adminPassword, ksCore: { values: { apiserver: { nodePort: 31999 } } } }), []);
    expect(unreadable(revealed(shown, { adminPassword: "P@88w0rd", ksCore: {} }))).toEqual([]);
    const rules = told("P@88w0rd").map(({ rule }) => rule);
    expect(rules).toEqual(["default-administrator-password", ...(shown === masked ? ["node-port"] : [])]);
    expect(JSON.stringify(told("P@88w0rd"))).not.toContain("88w0rd");
    // With a salt of another day.
    expect(told(hashSync("P@88w0rd", 4)).map(({ rule }) => rule)).toEqual(rules);
    expect(told("Another-1").map(({ rule }) => rule)).toEqual(rules.slice(1));
  });
});

test("the ports that the stack states are open, and no others", () => {
  const release = (port: number, ports?: object): Preview => ({
    ...(ports && { config: { "kubesphere:ports": JSON.stringify(ports) } }),
    steps: [
      {
        op: "same",
        urn: "x",
        newState: {
          type: "kubernetes:helm.sh/v3:Release",
          inputs: { name: "a", values: { service: { nodePorts: { tcp: { "22": port } } } } },
        },
      },
    ],
  });
  expect(found(release(30888))).toEqual([]);
  expect(found(release(32000, { ingress: 32000 }))).toEqual([]);
  expect(found(release(32000))).toEqual([["node-port", "x", "values.service.nodePorts.tcp.22", 32000]]);
});

test.each([
  [{ chart: "ingress-nginx", repository: "https://example.com", version: "4.15.1" }, true],
  [{ chart: "ingress-nginx", repository: "https://example.com", version: "^4.15.1" }, false],
  [{ chart: "ingress-nginx", repository: "https://example.com" }, false],
  [{ chart: "oci://example.com/ks-core", version: "1.1.3" }, true],
  [{ chart: "oci://example.com/ks-core" }, false],
  [{ chart: "https://example.com/1.1.3/ks-core.tgz" }, false],
  [{ chart: "https://example.com/ks-core-1.1.3.tgz?a=b" }, true],
  [{ chart: "./charts/ks-core", digest: "sha256:00" }, true],
])("%j is pinned: %p", (chart, isPinned) => {
  const steps = [{ op: "same", urn: "x", newState: { type: "kubesphere:index:KsCore", inputs: { chart } } }];
  expect(found({ steps }).length).toBe(isPinned ? 0 : 1);
});

test("the address of an extension's package names its version", () => {
  const versions = {
    "0.1.0": { chartURL: "oci://example.com/demo:0.1.0" },
    "0.2.0": { chartURL: "oci://example.com/demo:latest" },
    "0.3.0": {},
  };
  const steps = [{ op: "same", urn: "x", newState: { type: "kubesphere:index:Extension", inputs: { versions } } }];
  expect(found({ steps })).toEqual([["unpinned-chart", "x", 'versions["0.2.0"].chartURL', "oci://example.com/demo:latest"]]);
});

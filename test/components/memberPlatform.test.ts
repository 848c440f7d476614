/** The members of a platform: what they are told of it, and what waits for them. */
import * as pulumi from "@pulumi/pulumi";
import { Platform } from "../../components/platform";
import { KsCore } from "../../components/ksCore";
import type { MemberBasis } from "../../components/memberClusterArgs";
import { declareMembers } from "../../components/platformMembers";
import type { ClusterScheduling } from "../../kubesphere/extension/clusterScheduling";
import { parseSettings } from "../../settings/parsedSettings";
import { loadSources } from "../../settings/sources";
import { jwtDigest } from "../../kubesphere/member/memberConfig";
import { declare, only } from "../support/mocks";
import { standInRendering } from "../support/rendering";

jest.mock("timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
beforeEach(() => {
  jest.spyOn(pulumi.log, "info").mockResolvedValue();
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});

const CHARTS = { ingress: { controller: "none" }, ksCore: { chart: "./sandbox/charts/ks-core", imageRegistry: "registry.example.com" } };
const MEMBERS = [
  { name: "edge", kubeconfig: "./edge.yaml", displayName: "Edge, Lyon", labels: { region: "eu" } },
  { name: "lab", kubeconfig: "./lab.yaml", values: { ha: { enabled: true } }, provider: "own machines" },
];
const basis = (name: string): MemberBasis => ({
  kubeconfig: `of ${name}`,
  standing: { uid: `uid-${name}`, isFirst: false },
  host: { read: () => Promise.resolve(undefined), webhooksFail: () => Promise.resolve(false) },
});

/** @param of what is known of each member @param see is told each resource */
const platform = (
  raw: Record<string, unknown>,
  secretKeys: readonly string[] = [],
  of = basis,
  see: (name: string) => void | Promise<void> = () => undefined,
  rights: readonly string[] = [],
) =>
  declare(
    async () => {
      const base = { access: { nodeIP: "192.168.50.208" }, ...CHARTS, extensions: [{ source: "./extensions/demo" }] };
      const settings = parseSettings({ ...base, ...raw }, "dev", secretKeys);
      const declared = new Platform("kubesphere", {
        settings,
        sources: await loadSources(
          settings,
          standInRendering(() => []),
        ),
        members: settings.memberClusters.map(({ name }) => of(name)),
        rights: new Map([["kubesphere:extensions[0]", rights]]),
        webhooksFail: () => Promise.resolve(false),
        follow: () => Promise.resolve(undefined),
      });
      await new Promise((done) => declared.extensions.apply(done));
    },
    {
      state: async ({ type, name }) => {
        await see(name);
        return type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : {};
      },
    },
  );

const decoded = (base64: unknown) => Buffer.from(base64 as string, "base64").toString();

test("members get the host's registry and follow its version and secret; each is what the stack says of it", async () => {
  const { resources } = await platform({ memberClusters: MEMBERS });
  const objects = ["edge", "lab"].map((name) => {
    const { metadata, spec } = only(resources, `kubesphere-member-${name}-cluster`).inputs as {
      metadata: { annotations: Record<string, string> };
      spec: { $secret: { config: string; connection: object; provider?: string } };
    };
    const { "pulumi.com/waitFor": waitFor, ...annotations } = metadata.annotations;
    expect(waitFor).toContain("kubesphere.io/config-hash");
    return { ...metadata, annotations, ...spec.$secret, config: decoded(spec.$secret.config) };
  });
  const end = `# ks-core 4.1.2, jwtSecret ${jwtDigest("generated")}\n`;
  const connection = (name: string) => ({ type: "direct", kubeconfig: Buffer.from(`of ${name}`).toString("base64") });
  expect(objects).toEqual([
    {
      name: "edge",
      labels: { region: "eu" },
      annotations: { "kubesphere.io/alias-name": "Edge, Lyon", "kubesphere-luban/cluster-uid": "uid-edge" },
      connection: connection("edge"),
      config: `global:\n  imageRegistry: registry.example.com\n${end}`,
    },
    {
      name: "lab",
      annotations: { "kubesphere-luban/cluster-uid": "uid-lab" },
      provider: "own machines",
      connection: connection("lab"),
      config: `global:\n  imageRegistry: registry.example.com\nha:\n  enabled: true\n${end}`,
    },
  ]);
});

const BOTH = [
  { source: "./examples/members/probe", install: { clusterScheduling: { placement: { clusters: ["lab"] } } } },
  { source: "./examples/extension/shop" },
];

/** What is declared in the end while something does not become ready. @param awaited something that is declared all the same */
async function declaredWithout(held: string, awaited: string, of = basis): Promise<string[]> {
  const seen: string[] = [];
  let before: string[] = [];
  let isThere: () => void;
  const there = new Promise<void>((done) => (isThere = done));
  await platform({ memberClusters: MEMBERS, extensions: BOTH }, [], of, async (name) => {
    seen.push(name);
    if (name === awaited) isThere();
    if (name !== held) return;
    await there;
    // As long as it takes to declare everything else several times over.
    for (let turn = 0; turn < 300; turn++) await new Promise((done) => setImmediate(done));
    before = [...seen];
  });
  const last = (names: readonly string[]) =>
    names
      .filter((name) => /-(?:release|cluster|plan)$/.test(name))
      .map((name) => name.slice("kubesphere-".length))
      .sort();
  expect(last(seen)).toEqual(["ks-core-release", "member-edge-cluster", "member-lab-cluster", "probe-plan", "shop-plan"]);
  return last(before);
}
const FIRST = (name: string): MemberBasis => ({ ...basis(name), standing: { uid: `uid-${name}`, isFirst: name === "edge" } });

test.each<[what: string, held: string, awaited: string, of: (name: string) => MemberBasis, declared: string[]]>([
  ["a member that is made before ks-core has no CRD", "ks-core-release", "ks-core-release", basis, ["ks-core-release"]],
  [
    "a plan that is made before its member is there has no agent; what is placed on no member does not wait for one that hangs",
    ...(["member-lab-cluster", "shop-plan", basis] as const),
    ["ks-core-release", "member-edge-cluster", "member-lab-cluster", "shop-plan"],
  ],
  [
    "the first member ends the manager, and with it whatever that is about: other members and all extensions wait for it",
    ...(["member-edge-cluster", "member-edge-cluster", FIRST] as const),
    ["ks-core-release", "member-edge-cluster"],
  ],
  [
    "the second member of a fresh host does not end it",
    ...(["member-lab-cluster", "shop-plan", FIRST] as const),
    ["ks-core-release", "member-edge-cluster", "member-lab-cluster", "shop-plan"],
  ],
])("%s", async (_what, held, awaited, of, declared) => {
  expect(await declaredWithout(`kubesphere-${held}`, `kubesphere-${awaited}`, of)).toEqual(declared);
});

test("a plan that is made while the manager restarts fails: it waits until the webhooks of the host hold", async () => {
  let failures = 0;
  // As long as it takes to declare everything else several times over.
  const webhooksFail = async () => {
    await new Promise((done) => setImmediate(done));
    return ++failures < 100;
  };
  const joining = (name: string): MemberBasis => ({ ...FIRST(name), host: { read: () => Promise.resolve(undefined), webhooksFail } });
  const failing: number[] = [];
  const { resources } = await platform({ memberClusters: MEMBERS, extensions: BOTH }, [], joining, (name) => {
    if (/^kubesphere-(?:shop-extension|probe-extension|member-lab-cluster)$/.test(name)) failing.push(failures);
  });
  expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(["kubesphere-shop-plan", "kubesphere-probe-plan"]));
  expect([failing.length, Math.min(...failing)]).toEqual([3, 103]);
});

test("values of members that come with a secret of the configuration are none of the preview's", async () => {
  const shown = async (secretKeys: readonly string[]) =>
    only((await platform({ memberClusters: MEMBERS }, secretKeys)).resources, "kubesphere-member-lab").inputs["values"];
  expect(await shown([])).toEqual({ ha: { enabled: true } });
  expect(await shown(["memberClusters"])).toEqual({ $secret: { ha: { enabled: true } } });
});

test("a secret of the host's own reaches its members, too", async () => {
  const values = { authentication: { issuer: { jwtSecret: "our own, of many words" } } };
  const { resources } = await platform({ memberClusters: MEMBERS, ksCore: { ...CHARTS.ksCore, values } });
  const { spec } = only(resources, "kubesphere-member-edge-cluster").inputs as { spec: { $secret: { config: string } } };
  expect(decoded(spec.$secret.config)).toContain(`jwtSecret ${jwtDigest("our own, of many words")}\n`);
});

test("a plan goes before the members that it may have agents on: those of a member that goes first stay for ever", async () => {
  const settings = parseSettings({ access: { nodeIP: "192.168.50.208" }, ...CHARTS, memberClusters: MEMBERS }, "dev");
  const sources = await loadSources(
    settings,
    standInRendering(() => []),
  );
  const { result } = await declare(() => {
    const core = new KsCore("core", {
      ...{ chart: { chart: "oci://charts.example.com/ks-core", version: "1.1.3" }, clusterIdentifier: "lab", consoleNodePort: 30880 },
      ...{
        portal: { hostname: "ks.example.com", http: { port: 30880 } },
        ingress: { className: "nginx", domainSuffix: "ks.example.com", httpPort: 30888 },
      },
    });
    const members = declareMembers("lab", { settings, sources, members: [] }, core, pulumi.output(core), {});
    const named = (placement?: ClusterScheduling["placement"]) =>
      members.of(placement && { placement }).map(({ clusterName }) => clusterName);
    return Promise.resolve([
      named(),
      named({}),
      named({ clusters: ["lab", "host"] }),
      named({ clusterSelector: {} }),
      named({ clusters: ["edge"], clusterSelector: {} }),
    ]);
  });
  expect(result).toEqual([[], [], ["lab"], ["edge", "lab"], ["edge"]]);
});

test("an extension's namespace and its executor's rights on a member are those of the host, and there before the agent", async () => {
  const { resources, providerOf } = await platform({ memberClusters: MEMBERS }, [], basis, undefined, ["edge"]);
  const order = resources.map(({ name }) => name);
  for (const part of ["namespace", "executor", "executor-binding"]) {
    const [onHost, onMember] = [`kubesphere-demo-${part}`, `kubesphere-demo-${part}@edge`];
    expect(only(resources, onMember)).toEqual({ ...only(resources, onHost), name: onMember });
    expect(providerOf(onMember)).toBe("kubesphere-member-edge-provider");
    expect(providerOf(onHost)).not.toBe("kubesphere-member-edge-provider");
    expect(order.indexOf("kubesphere-member-edge-cluster")).toBeLessThan(order.indexOf(onMember));
    expect(order.indexOf(onMember)).toBeLessThan(order.indexOf("kubesphere-demo-plan"));
  }
  expect(order.filter((name) => name.includes("@lab") || name.includes("lab-provider"))).toEqual([]);
  expect(only(resources, "kubesphere-demo-plan").inputs).toMatchObject({
    metadata: { annotations: { "kubesphere-luban/members": "edge" } },
  });
  // A text that is known is a secret all the same; everything but texts reaches a provider as JSON.
  expect(only(resources, "kubesphere-member-edge-provider").inputs).toEqual({
    kubeconfig: { $secret: "of edge" },
    clusterIdentifier: "edge",
    ...{ enablePatchForce: "true", upsertExistingObjects: "true", skipUpdateUnreachable: "true" },
  });
});

test("a stack without members waits for nothing more, and declares nothing more", async () => {
  const names = async (raw: object) => (await platform({ ...raw })).resources.map(({ name }) => name);
  expect((await names({ memberClusters: MEMBERS })).filter((name) => !name.includes("-member-"))).toEqual(await names({}));
});

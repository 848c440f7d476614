import * as pulumi from "@pulumi/pulumi";
import { MemberCluster } from "../../components/memberCluster";
import type { MemberBasis, MemberClusterArgs } from "../../components/memberClusterArgs";
import { jwtDigest } from "../../kubesphere/member/memberConfig";
import { KubeSphereObject } from "../../components/shared/customResources";
import { declare, only } from "../support/mocks";

jest.mock("timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
beforeEach(() => jest.spyOn(pulumi.log, "info").mockResolvedValue());

const KUBECONFIG = '{"users":[{"name":"me","user":{"token":"hush"}}]}';
const args: MemberClusterArgs = { clusterName: "edge", kubeconfig: KUBECONFIG, kubesphereVersion: "4.1.3" };
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A host whose webhooks fail as often, after each number of answers. */
function hostOf(...answers: boolean[]) {
  const asked: boolean[] = [];
  const webhooksFail = () => {
    const fails = answers[asked.length] ?? false;
    asked.push(fails);
    return Promise.resolve(fails);
  };
  return { asked, host: { read: () => Promise.resolve(undefined), webhooksFail } };
}

const declareMember = (overrides: Partial<MemberClusterArgs> = {}, basis: MemberBasis = {}, preview = false) =>
  declare(
    async () => {
      const { host } = hostOf();
      const standing = { uid: "uid-edge", isFirst: false };
      const member = new MemberCluster("member-edge", {
        ...args,
        ...overrides,
        basis: { kubeconfig: KUBECONFIG, standing, host, ...basis },
      });
      await member.joined;
      return member;
    },
    { preview },
  );

test("a member is joined with nothing but what KubeSphere needs, and its kubeconfig is a secret", async () => {
  const config = "global:\n  imageRegistry: registry.example.com\n# ks-core 4.1.3, jwtSecret ";
  const { resources } = await declareMember({ imageRegistry: "registry.example.com", jwtSecret: pulumi.secret("signs") });
  const { inputs, type } = only(resources, "member-edge-cluster");
  const digest = jwtDigest("signs");
  expect({ type, inputs }).toEqual({
    type: "kubernetes:cluster.kubesphere.io/v1alpha1:Cluster",
    inputs: {
      apiVersion: "cluster.kubesphere.io/v1alpha1",
      kind: "Cluster",
      metadata: {
        name: "edge",
        annotations: { "pulumi.com/waitFor": expect.any(String) as string, "kubesphere-luban/cluster-uid": "uid-edge" },
      },
      // One secret within makes the whole map one, until the real engine takes them apart.
      spec: { $secret: { connection: { type: "direct", kubeconfig: base64(KUBECONFIG) }, config: base64(`${config}${digest}\n`) } },
    },
  });
});

test("a preview shows what changes of a member, and nothing of its login", async () => {
  const { resources } = await declareMember({
    ...{ displayName: "Edge, Lyon", labels: { region: "eu" }, provider: "own machines", jwtSecret: "signs" },
    values: { ha: { enabled: true } },
  });
  expect(only(resources, "member-edge").inputs).toEqual({
    ...{ clusterName: "edge", displayName: "Edge, Lyon", labels: { region: "eu" }, provider: "own machines", kubesphereVersion: "4.1.3" },
    values: { ha: { enabled: true } },
  });
  expect(JSON.stringify(resources)).not.toContain("signs");
  expect(only(resources, "member-edge-cluster").inputs).toMatchObject({
    metadata: { labels: { region: "eu" }, annotations: { "kubesphere.io/alias-name": "Edge, Lyon" } },
    spec: { $secret: { provider: "own machines" } },
  });
});

test("values that are a secret stay one: a hash, and base64, would show them", async () => {
  const shown = async (values: MemberClusterArgs["values"]) =>
    only((await declareMember({ values })).resources, "member-edge-cluster").inputs;
  expect(await shown(pulumi.secret({ token: "hush" }))).toMatchObject({
    // Its annotation has the hash.
    metadata: { $secret: { name: "edge" } },
    spec: { $secret: { config: base64("token: hush\n# ks-core 4.1.3\n") } },
  });
  expect(await shown({ token: "plain" })).toMatchObject({ metadata: { name: "edge" } });
});

test("mistakes are told by the component's name, all of them, before anything is declared", async () => {
  const { resources } = await declare(() => {
    const wrong = { clusterName: "Edge 1", labels: { "cluster-role.kubesphere.io/host": "" }, values: { role: "host" } };
    expect(() => new MemberCluster("edge", { ...args, ...wrong })).toThrow(
      /^edge\.clusterName: "Edge 1" [^\n]+\nedge\.labels\.cluster-role\.kubesphere\.io\/host: "" [^\n]+\nedge\.values\.role: "\[not shown\]" [^\n]+$/,
    );
    return Promise.resolve();
  });
  expect(resources).toEqual([]);
});

test("in a preview without a member's cluster its object shows all the same", async () => {
  const { resources } = await declareMember({}, { kubeconfig: undefined, standing: undefined, host: undefined }, true);
  expect(only(resources, "member-edge-cluster").inputs).toMatchObject({ kind: "Cluster", metadata: { name: "edge" } });
});

test("another cluster would get no ks-core under the old object: it replaces the member, which goes first, as both have one name", async () => {
  const optionsOf = async (standing: MemberBasis["standing"]) => {
    const found: object[] = [];
    await declare(async () => {
      const look: pulumi.ResourceTransformation = ({ name, opts }) => {
        const { replaceOnChanges, deleteBeforeReplace } = opts as pulumi.CustomResourceOptions;
        if (name === "edge-cluster") found.push({ replaceOnChanges, deleteBeforeReplace });
        return undefined;
      };
      const basis = { kubeconfig: KUBECONFIG, standing };
      await new MemberCluster("edge", { ...args, basis }, { transformations: [look] }).joined;
    });
    return found;
  };
  const path = 'metadata.annotations["kubesphere-luban/cluster-uid"]';
  const same = { uid: "uid-edge", isFirst: false };
  expect(await optionsOf(same)).toEqual([{ replaceOnChanges: [], deleteBeforeReplace: true }]);
  expect(await optionsOf({ ...same, replaces: "uid-former" })).toEqual([{ replaceOnChanges: [path], deleteBeforeReplace: true }]);
});

/** How often the webhooks are asked about before what lies on the member begins. */
async function questions(isFirst: boolean, preview: boolean, ...answers: boolean[]): Promise<number> {
  const { asked, host } = hostOf(...answers);
  let before = -1;
  await declare(
    async () => {
      const standing = { uid: "uid-edge", isFirst };
      const member = new MemberCluster("edge", { ...args, basis: { kubeconfig: KUBECONFIG, standing, host } });
      const plan = { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "shop" }, spec: {} };
      await new Promise((done) => new KubeSphereObject("plan", plan, { dependsOn: [member] }).id.apply(done));
      before = asked.length;
    },
    { preview },
  );
  return before;
}

test.each<[what: string, isFirst: boolean, preview: boolean, answers: boolean[], asked: number]>([
  ["waits until the webhooks of a manager that lives on have answered four times", true, false, [], 4],
  ["begins to count anew when the manager dies after its first answers", true, false, [false, false, true, true], 8],
  ["leaves it to the write to fail after five minutes", true, false, Array<boolean>(200).fill(true), 150],
  ["does not wait for a member that is not the first", false, false, [true], 0],
  ["asks nothing in a preview", true, true, [true], 0],
])("a plan of a member %s", async (_what, isFirst, preview, answers, asked) => {
  expect(await questions(isFirst, preview, ...answers)).toBe(asked);
});

test("what has been declared on a member can be deleted there with its kubeconfig of today, and a member without any costs no process", async () => {
  const providers = async (basis: MemberBasis) =>
    (await declareMember({}, basis)).resources.filter(({ type }) => type === "pulumi:providers:kubernetes").map(({ name }) => name);
  expect(await providers({ hasRights: true })).toEqual(["member-edge-provider"]);
  expect(await providers({ hasRights: false })).toEqual([]);
});

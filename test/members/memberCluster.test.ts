/**
 * The sandbox's member cluster and KubeSphere's agents on it, by Kubernetes objects alone: what a program that declares them can count on here
 * is what was measured on real KubeSphere with a host and a member.
 */
import { configHash } from "../../kubesphere/extension/installPlan";
import { until } from "../support/until";
import {
  bringMemberBack,
  CLUSTERS,
  clusterObject,
  PLANS,
  planObject,
  publish,
  takeMemberAway,
  twoClusters,
  type Side,
} from "../support/twoClusters";

interface Condition {
  type: string;
  status: string;
  message: string;
}
interface Cluster {
  metadata: { annotations?: Record<string, string>; finalizers?: string[] };
  spec: { connection: { kubernetesAPIEndpoint?: string } };
  status?: { conditions?: Condition[]; nodeCount?: number; uid?: string; kubeSphereVersion?: string };
}
interface Agent {
  state?: string;
  configHash?: string;
  releaseName?: string;
  targetNamespace?: string;
  jobName?: string;
  stateHistory?: { state: string }[];
}
interface Plan {
  metadata: { deletionTimestamp?: string };
  status?: Agent & { clusterSchedulingStatuses?: Record<string, Agent> };
}

const NAMESPACE = "extension-mc";
const PATIENCE = 60_000;

let host: Side;
let member: Side;
beforeAll(async () => {
  ({ host, member } = await twoClusters());
}, 5 * 60_000);

const cluster = (name = "member") => host.get<Cluster>(`${CLUSTERS}/${name}`);
const plan = async () => (await host.get<Plan>(`${PLANS}/mc`))?.status;
const agent = async () => (await plan())?.clusterSchedulingStatuses?.["member"];
const ready = (it: Cluster | undefined) => it?.status?.conditions?.find(({ type }) => type === "Ready");
const greeting = async ({ get }: Side, release: string) =>
  (await get<{ data: { greeting: string } }>(`/api/v1/namespaces/${NAMESPACE}/configmaps/${release}`))?.data.greeting;
const systemAnnotations = async () =>
  (await member.get<Cluster>("/api/v1/namespaces/kubesphere-system"))?.metadata.annotations?.["cluster.kubesphere.io/name"];

const CONFIG = "extension:\n  greeting: plan\nagent:\n  greeting: plan\n";
const ON_MEMBER = { placement: { clusters: ["member"] } };

/** Asks the webhooks of plans, and makes none. */
const tryPlan = () => host.send("POST", `${PLANS}?dryRun=All`, planObject("", {}));

test("a cluster becomes a member by its kubeconfig alone; the first one that is ready ends the host's manager for some seconds", async () => {
  expect((await tryPlan()).status).toBe(201);
  await host.must("POST", CLUSTERS, clusterObject("member", member));
  await until(async () => (await cluster())?.status?.nodeCount === 1, PATIENCE);
  const joined = await cluster();
  const kubeSystem = await member.get<{ metadata: { uid: string } }>("/api/v1/namespaces/kube-system");
  expect(joined).toMatchObject({
    metadata: {
      annotations: { "kubesphere.io/config-hash": "cbf29ce484222325" },
      finalizers: ["finalizer.cluster.kubesphere.io"],
    },
    spec: { connection: { kubernetesAPIEndpoint: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string } },
    status: { uid: kubeSystem?.metadata.uid, kubeSphereVersion: "v4.1.2" },
  });
  expect(joined?.status?.conditions?.map(({ type, status }) => `${type}=${status}`).sort()).toEqual([
    ...["KSCoreReady=True", "KubeConfigCertExpiresInSevenDays=", "Ready=True"],
  ]);
  await until(async () => /installplans\.kubesphere\.io.*connection refused/s.test((await tryPlan()).body), PATIENCE);
  await until(async () => (await tryPlan()).status === 201, PATIENCE);
  expect(await member.names("/apis/apps/v1/namespaces/kubesphere-system/deployments")).toEqual(["ks-agent"]);
  expect(await systemAnnotations()).toBe("member");
  expect(await host.names(CLUSTERS)).toEqual(["host", "member"]);
});

test("an extension goes to the host, and its agent to the member, with what is said for that one", async () => {
  await publish(host);
  await host.must("POST", PLANS, planObject(CONFIG, { ...ON_MEMBER, overrides: { member: "agent:\n  greeting: override\n" } }));
  await until(async () => (await agent())?.state === "Installed", PATIENCE);
  const status = await plan();
  expect(status).toMatchObject({ state: "Installed", configHash: configHash(CONFIG), releaseName: "mc" });
  expect(await agent()).toMatchObject({
    ...{ releaseName: "mc-agent", targetNamespace: NAMESPACE, configHash: "2845982c1f486808" },
    jobName: expect.stringMatching(/^helm-executor-install-mc-agent-\w{6}$/) as string,
    stateHistory: [{ state: "Preparing" }, { state: "Installing" }, { state: "Installed" }],
  });
  const both = [
    await greeting(host, "mc"),
    await greeting(member, "mc-agent"),
    await greeting(host, "mc-agent"),
    await greeting(member, "mc"),
  ];
  expect(both).toEqual(["plan host true", "override member false", undefined, undefined]);
  const extension = () => host.get<Plan>("/apis/kubesphere.io/v1alpha1/extensions/mc");
  await until(async () => (await extension())?.status?.clusterSchedulingStatuses?.["member"]?.state === "Installed", PATIENCE);
  const made = await host.get<{ data: Record<string, string> }>(`/api/v1/namespaces/${NAMESPACE}/configmaps/${(await agent())?.jobName}`);
  expect(made?.data["kube.config"]).toContain("client-key-data");
  expect(made?.data["values.yaml"]).toBe("agent:\n    greeting: override\nextension:\n    greeting: plan\n");
});

test("a changed config reaches both; without an override the agent has the plan's, comments and all", async () => {
  const config = `${CONFIG}# package sha256:1\n`;
  await host.must("PATCH", `${PLANS}/mc`, { spec: { config, clusterScheduling: { overrides: null } } });
  // Of the plan's own config, as it is stored.
  await until(async () => (await agent())?.configHash === configHash(config) && (await agent())?.state === "Installed", PATIENCE);
  expect([await greeting(host, "mc"), await greeting(member, "mc-agent")]).toEqual(["plan host true", "plan member false"]);
});

test("an agent that fails shows nowhere but in its own status", async () => {
  await host.must("PATCH", `${PLANS}/mc`, { spec: { clusterScheduling: { overrides: { member: "agent:\n  greeting: fail\n" } } } });
  await until(async () => (await agent())?.state === "UpgradeFailed", PATIENCE);
  expect(await plan()).toMatchObject({ state: "Installed" });
  await host.must("PATCH", `${PLANS}/mc`, { spec: { clusterScheduling: { overrides: { member: "agent:\n  greeting: mended\n" } } } });
  await until(async () => (await greeting(member, "mc-agent")) === "mended member false", PATIENCE);
  await until(async () => (await agent())?.state === "Installed", PATIENCE);
});

test("a config that is no YAML is told nowhere, and the member stays ready; a good one is installed", async () => {
  const config = (text: string) => ({ spec: { config: Buffer.from(text).toString("base64") } });
  const hash = async () => (await cluster())?.metadata.annotations?.["kubesphere.io/config-hash"];
  await host.must("PATCH", `${CLUSTERS}/member`, config("a: ["));
  await host.must("POST", CLUSTERS, clusterObject("unreachable", { ...member, kubeconfig: host.kubeconfig }));
  await host.must("PATCH", `${CLUSTERS}/unreachable`, { spec: { connection: { kubeconfig: Buffer.from("nothing").toString("base64") } } });
  await until(async () => ready(await cluster("unreachable"))?.status === "False", PATIENCE);
  expect(ready(await cluster("unreachable"))?.message).toMatch(/^failed to get cluster client for unreachable: /);
  expect([ready(await cluster())?.status, await hash()]).toEqual(["True", "cbf29ce484222325"]);
  await host.must("DELETE", `${CLUSTERS}/unreachable`);
  const good = "# ks-core 4.1.2\n";
  await host.must("PATCH", `${CLUSTERS}/member`, config(good));
  await until(async () => (await hash()) === configHash(good), PATIENCE);
  expect(await host.names(CLUSTERS)).toEqual(["host", "member"]);
});

test("a cluster that leaves the placement loses its agent; a dropped block leaves it", async () => {
  await host.must("PATCH", `${PLANS}/mc`, { spec: { clusterScheduling: null } });
  await host.must("PATCH", `${PLANS}/mc`, { spec: { config: "extension:\n  greeting: alone\n" } });
  await until(async () => (await greeting(host, "mc")) === "alone host true", PATIENCE);
  expect([await greeting(member, "mc-agent"), (await agent())?.state]).toEqual(["mended member false", "Installed"]);
  const nobody = { clusterSelector: { matchLabels: { "cluster.kubesphere.io/none": "true" } } };
  await host.must("PATCH", `${PLANS}/mc`, { spec: { clusterScheduling: { placement: nobody } } });
  await until(async () => (await plan())?.clusterSchedulingStatuses === undefined, PATIENCE);
  expect([await greeting(member, "mc-agent"), await greeting(host, "mc")]).toEqual([undefined, "alone host true"]);
  await host.must("PATCH", `${PLANS}/mc`, {
    spec: { clusterScheduling: { placement: { clusterSelector: { matchLabels: { tier: "edge", "cluster.kubesphere.io/none": null } } } } },
  });
  await until(async () => (await agent())?.state === "Installed", PATIENCE);
});

test("a plan goes with its agents, and what KubeSphere made for them on the member stays", async () => {
  await host.must("DELETE", `${PLANS}/mc`);
  await until(async () => (await plan()) === undefined, PATIENCE);
  expect([await greeting(host, "mc"), await greeting(member, "mc-agent")]).toEqual([undefined, undefined]);
  expect(await member.get(`/api/v1/namespaces/${NAMESPACE}`)).toBeDefined();
});

test("a plan hangs on a member that is away until the Cluster goes; what is on the member stays there", async () => {
  await host.must("POST", PLANS, planObject(CONFIG, ON_MEMBER));
  await until(async () => (await agent())?.state === "Installed", PATIENCE);
  await takeMemberAway();
  await host.must("DELETE", `${PLANS}/mc`);
  await until(async () => (await host.get<Plan>(`${PLANS}/mc`))?.metadata.deletionTimestamp !== undefined, PATIENCE);
  expect([ready(await cluster())?.status, (await agent())?.state]).toEqual(["True", "Installed"]);
  await host.must("DELETE", `${CLUSTERS}/member`);
  await until(async () => (await plan()) === undefined && (await cluster()) === undefined, PATIENCE);
  await bringMemberBack();
  expect(await greeting(member, "mc-agent")).toBe("plan member false");
  expect(await member.names("/apis/apps/v1/namespaces/kubesphere-system/deployments")).toEqual(["ks-agent"]);
  // It was away when it was disowned.
  expect(await systemAnnotations()).toBe("member");
});

test("a member that comes again takes over what it has; one that goes is told so, and keeps its ks-core", async () => {
  await host.must("POST", CLUSTERS, clusterObject("member", member));
  await until(async () => (await cluster())?.status?.nodeCount === 1, PATIENCE);
  expect((await tryPlan()).status).toBe(201);
  await host.must("POST", PLANS, planObject(CONFIG, ON_MEMBER));
  await until(async () => (await agent())?.configHash === configHash(CONFIG) && (await agent())?.state === "Installed", PATIENCE);
  expect((await agent())?.stateHistory?.map(({ state }) => state)).toEqual(["Installed", "Preparing", "Upgrading", "Installed"]);
  await host.must("DELETE", `${PLANS}/mc`);
  await until(async () => (await plan()) === undefined, PATIENCE);
  await host.must("DELETE", `${CLUSTERS}/member`);
  await until(async () => (await cluster()) === undefined, PATIENCE);
  expect(await systemAnnotations()).toBeUndefined();
  expect(await member.names("/apis/apps/v1/namespaces/kubesphere-system/deployments")).toEqual(["ks-agent"]);
});

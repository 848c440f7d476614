import { followRollouts, type Failure, type Followed } from "../../../components/cluster/rollouts";
import type { ClusterAccess, WatchEvent } from "../../../kubesphere/cluster/clusterCheck";
import { configHash, type InstallPlanStatus } from "../../../kubesphere/extension/installPlan";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";

const HASH = configHash("c");
const plan = (name: string, status: InstallPlanStatus = {}, { uid = `uid-${name}`, generation = 1 } = {}): StoredPlan => ({
  metadata: { name, uid, generation },
  spec: { extension: { name, version: "1.0.0" }, enabled: true, config: "c" },
  status,
});
const INSTALLED: InstallPlanStatus = { state: "Installed", configHash: HASH, version: "1.0.0", enabled: true };
const JOB = { configHash: HASH, jobName: "helm-install-shop-abc123", targetNamespace: "shops" };
const FAILED: InstallPlanStatus = {
  ...{ ...JOB, state: "InstallFailed" },
  conditions: [{ type: "Installed", status: "False", reason: "InstallFailed", message: "Job has reached the specified backoff limit" }],
};
const REFUSED: InstallPlanStatus = {
  state: "Preparing",
  conditions: [{ type: "Installed", status: "False", reason: "InstallFailed", message: "no such chart" }],
};

/** An API server of which a test says what happens in it. */
class FakeCluster implements Pick<ClusterAccess, "read" | "readText" | "watch"> {
  readonly asked: string[] = [];
  readonly texts = new Map<string, string>();
  readonly objects = new Map<string, object>();
  plans: StoredPlan[] = [];
  private streams = new Set<{ tell: (event: WatchEvent<never>) => void; end: (error?: Error) => void }>();

  read<T>(path: string): Promise<T | undefined> {
    this.asked.push(path);
    if (path.endsWith("/installplans")) return Promise.resolve({ items: this.plans, metadata: { resourceVersion: "7" } } as T);
    return Promise.resolve(this.objects.get(path) as T | undefined);
  }
  readText(path: string): Promise<string> {
    const text = this.texts.get(path);
    return text === undefined ? Promise.reject(new Error("not found")) : Promise.resolve(text);
  }
  watch<T>(path: string, tell: (event: WatchEvent<T>) => void, signal: AbortSignal): Promise<void> {
    this.asked.push(path);
    return new Promise((done, fail) => {
      const stream = {
        tell: tell as (event: WatchEvent<never>) => void,
        end: (error?: Error) => (error === undefined ? done() : fail(error)),
      };
      this.streams.add(stream);
      signal.addEventListener("abort", () => (this.streams.delete(stream), fail(new Error("aborted"))));
    });
  }
  happens(type: WatchEvent<never>["type"], object: StoredPlan): void {
    for (const { tell } of this.streams) tell({ type, object: object as never });
  }
  breaks(error?: Error): void {
    for (const stream of this.streams) {
      this.streams.delete(stream);
      stream.end(error);
    }
  }
  get open(): number {
    return this.streams.size;
  }
}

let cluster: FakeCluster;
const said: string[] = [];
beforeEach(() => {
  cluster = new FakeCluster();
  said.length = 0;
  jest.useFakeTimers({ doNotFake: ["queueMicrotask", "nextTick"] });
});
afterEach(() => jest.useRealTimers());
const followed = (name: string, more: Partial<Followed> = {}): Followed => ({
  ...{ name, uid: `uid-${name}`, generation: 1, isSecret: false },
  say: (words) => void said.push(words),
  ...more,
});
let leaving: string[] = [];
const follow = () => followRollouts(cluster, leaving);
const reasonOf = async (end: Promise<Failure | undefined>) => (await end)?.reason;
/** As far as things go without time. */
const settle = () => jest.advanceTimersByTimeAsync(0);

test("an extension that is installed already costs a list, and no word", async () => {
  cluster.plans = [plan("shop", INSTALLED)];
  expect(await follow()(followed("shop"))).toBeUndefined();
  await settle();
  expect([said, cluster.asked]).toEqual([[], ["/apis/kubesphere.io/v1alpha1/installplans"]]);
});

test("a rollout is told state by state, each once, to its end", async () => {
  cluster.plans = [plan("shop")];
  const end = follow()(followed("shop"));
  await settle();
  for (const status of [{ state: "Preparing" }, { state: "Preparing" }, { ...JOB, state: "Installing" }])
    cluster.happens("MODIFIED", plan("shop", status));
  await jest.advanceTimersByTimeAsync(4_000);
  cluster.happens("MODIFIED", plan("shop", INSTALLED));
  expect(await end).toBeUndefined();
  expect(said).toEqual(["waiting for KubeSphere", "Preparing", "Installing, Job helm-install-shop-abc123", "Installed in 4 s"]);
});

test("a hundred are followed over one watch, which ends with the last of them", async () => {
  const names = Array.from({ length: 100 }, (_, index) => `shop-${index}`);
  cluster.plans = names.map((name) => plan(name));
  const one = follow();
  const ends = Promise.all(names.map((name) => one(followed(name))));
  await settle();
  expect(cluster.open).toBe(1);
  for (const name of names) cluster.happens("MODIFIED", plan(name, INSTALLED));
  expect(await ends).toEqual(names.map(() => undefined));
  expect([cluster.open, cluster.asked.filter((path) => path.includes("watch=true")).length]).toEqual([0, 1]);
});

test("a plan of the same name that was there before does not count", async () => {
  cluster.plans = [plan("shop", INSTALLED, { uid: "uid-before" })];
  const end = follow()(followed("shop"));
  await settle();
  cluster.happens("DELETED", plan("shop", INSTALLED, { uid: "uid-before" }));
  cluster.happens("ADDED", plan("shop", FAILED));
  expect(await reasonOf(end)).toMatch(/^InstallFailed: /);
});

test("what the plan came to before this run changed it does not count, wherever a watch is by then", async () => {
  cluster.plans = [plan("shop", FAILED), plan("other")];
  const one = follow();
  void one(followed("other"));
  await settle();
  const end = one(followed("shop", { generation: 2 }));
  await settle();
  cluster.happens("MODIFIED", plan("shop", INSTALLED, { generation: 2 }));
  expect(await end).toBeUndefined();
});

describe("one extension's old failure keeps no other one's removal from happening", () => {
  beforeEach(() => (leaving = ["gone"]));
  afterEach(() => (leaving = []));
  const end = async (status: InstallPlanStatus, then: InstallPlanStatus = status) => {
    cluster.plans = [plan("shop", status)];
    const failure = follow()(followed("shop"));
    await settle();
    cluster.happens("MODIFIED", plan("shop", then));
    await jest.advanceTimersByTimeAsync(30_000);
    return (await failure)?.leaving;
  };

  test("what failed before, and fails still, names what is to go", async () => {
    expect(await end(FAILED)).toEqual(["gone"]);
    expect(await end(REFUSED)).toEqual(["gone"]);
    // KubeSphere tries an upgrade again and again.
    expect(await end({ ...FAILED, state: "Upgrading" }, { ...FAILED, state: "UpgradeFailed" })).toEqual(["gone"]);
  });

  test("what fails in this run ends it, whatever is to go", async () => {
    expect(await end({}, FAILED)).toEqual([]);
  });
});

test("a watch that ends or breaks is taken up again, and nothing that happened meanwhile is missed", async () => {
  cluster.plans = [plan("shop")];
  const end = follow()(followed("shop"));
  await settle();
  cluster.breaks();
  await jest.advanceTimersByTimeAsync(1_000);
  cluster.breaks(new Error("ECONNRESET"));
  cluster.plans = [plan("shop", INSTALLED)];
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await end).toBeUndefined();
});

describe("a failure is told by its cause", () => {
  const PODS = "/api/v1/namespaces/shops/pods?labelSelector=job-name%3Dhelm-install-shop-abc123";
  const LOG = "/api/v1/namespaces/shops/pods/it-2/log?tailLines=20";
  const COMMAND = "\nThe log of its Job: kubectl --namespace shops logs job/helm-install-shop-abc123";
  const pods = (status: object = {}) => ({
    items: [
      { metadata: { name: "it-1", creationTimestamp: "2026-01-01T00:00:00Z" } },
      { metadata: { name: "it-2", creationTimestamp: "2026-01-01T00:00:09Z" }, status },
    ],
  });
  const failure = (more: Partial<Followed> = {}) => {
    cluster.plans = [plan("shop", FAILED)];
    return reasonOf(follow()(followed("shop", more)));
  };

  test("what Helm said last, without what moves a terminal's cursor", async () => {
    cluster.objects.set(PODS, pods());
    cluster.texts.set(LOG, "Release does not exist.\n\nError: \x1b[2Jexecution error\u202e: set it\n");
    expect(await failure()).toBe(`InstallFailed:  [2Jexecution error : set it${COMMAND}`);
  });

  test("why its Pod never ran", async () => {
    cluster.objects.set(
      PODS,
      pods({ containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } }] }),
    );
    expect(await failure()).toBe(`InstallFailed: ImagePullBackOff: no such image${COMMAND}`);
  });

  test("why its Job made no Pod", async () => {
    cluster.objects.set("/api/v1/namespaces/shops/events?fieldSelector=involvedObject.name=helm-install-shop-abc123", {
      items: [
        { type: "Warning", reason: "FailedCreate", message: "exceeded quota", lastTimestamp: "2026-01-01T00:00:02Z" },
        { type: "Normal", reason: "Other", message: "fine", lastTimestamp: "2026-01-01T00:00:03Z" },
      ],
    });
    expect(await failure()).toBe(`InstallFailed: FailedCreate: exceeded quota${COMMAND}`);
  });

  test("in KubeSphere's words where nothing else is to be had, and where a log may hold a secret", async () => {
    const own = `InstallFailed: Job has reached the specified backoff limit${COMMAND}`;
    expect(await failure()).toBe(own);
    cluster.objects.set(PODS, pods());
    cluster.texts.set(LOG, "Error: password hunter2 is too short");
    expect(await failure({ isSecret: true })).toBe(own);
  });
});

describe("a plan that comes to no Job", () => {
  test("is given up when the same refusal has stood for half a minute, in a state that sounds like work", async () => {
    cluster.plans = [plan("shop", REFUSED)];
    const end = follow()(followed("shop"));
    await jest.advanceTimersByTimeAsync(29_000);
    cluster.happens("MODIFIED", plan("shop", { ...REFUSED, state: "InstallFailed" }));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await reasonOf(end)).toMatch(/^InstallFailed: no such chart\nIt came to no Job: /);
    expect(said[0]).toBe("Preparing: InstallFailed: no such chart");
  });

  test("goes on if it gets through meanwhile", async () => {
    cluster.plans = [plan("shop", REFUSED)];
    const end = follow()(followed("shop"));
    await jest.advanceTimersByTimeAsync(29_000);
    cluster.happens("MODIFIED", plan("shop", { ...JOB, state: "Installing" }));
    await jest.advanceTimersByTimeAsync(60_000);
    cluster.happens("MODIFIED", plan("shop", INSTALLED));
    expect(await end).toBeUndefined();
  });

  test("and what KubeSphere never looks at, end after a quarter of an hour", async () => {
    cluster.plans = [plan("shop")];
    const end = follow()(followed("shop"));
    await jest.advanceTimersByTimeAsync(15 * 60_000);
    expect(await reasonOf(end)).toBe("KubeSphere has not begun within 15 minutes: does its ks-controller-manager run?");
    expect(cluster.open).toBe(0);
  });
});

describe("a plan with agents on member clusters", () => {
  const AGENT = { state: "Installed", version: "1.0.0", configHash: HASH };
  const withAgents = (agents: InstallPlanStatus["clusterSchedulingStatuses"], clusters = ["east"]): StoredPlan => {
    const installed = plan("shop", { ...INSTALLED, targetNamespace: "shops", clusterSchedulingStatuses: agents ?? {} });
    return { ...installed, spec: { ...installed.spec, clusterScheduling: { placement: { clusters } } } };
  };

  test("is done when each agent is, and tells which one it waits for", async () => {
    cluster.plans = [withAgents({})];
    const end = follow()(followed("shop"));
    await settle();
    cluster.happens("MODIFIED", withAgents({ east: { ...AGENT, state: "Installing", jobName: "helm-install-shop-agent-abc123" } }));
    cluster.happens("MODIFIED", withAgents({ east: AGENT }));
    expect(await end).toBeUndefined();
    expect(said).toEqual([
      "agent on east: waiting for KubeSphere; is the cluster there, and Ready?",
      "agent on east: Installing, Job helm-install-shop-agent-abc123",
      "Installed in 0 s",
    ]);
  });

  test("waits on the clusters that the caller knows of", async () => {
    cluster.plans = [withAgents({ east: AGENT })];
    void follow()(followed("shop", { clusters: ["east", "west"] }));
    await settle();
    expect(said).toEqual(["agent on west: waiting for KubeSphere; is the cluster there, and Ready?"]);
  });

  test("ends with each agent's own reason, which is in the log of its Job on the host", async () => {
    const failed = { ...FAILED, jobName: "helm-install-shop-agent-abc123" };
    const PODS = "/api/v1/namespaces/shops/pods?labelSelector=job-name%3Dhelm-install-shop-agent-abc123";
    cluster.objects.set(PODS, { items: [{ metadata: { name: "it" } }] });
    cluster.texts.set("/api/v1/namespaces/shops/pods/it/log?tailLines=20", "Error: no room\n");
    cluster.plans = [withAgents({ east: failed, west: { ...failed, jobName: "gone" } }, ["east", "west"])];
    expect(await reasonOf(follow()(followed("shop")))).toBe(
      [
        "agent on east: InstallFailed: no room",
        "The log of its Job: kubectl --namespace shops logs job/helm-install-shop-agent-abc123",
        "agent on west: InstallFailed: Job has reached the specified backoff limit",
        "The log of its Job: kubectl --namespace shops logs job/gone",
      ].join("\n"),
    );
  });

  test("ends after a quarter of an hour with the agents that were not done", async () => {
    cluster.plans = [withAgents({ east: AGENT, west: AGENT })];
    const end = follow()(followed("shop"));
    await jest.advanceTimersByTimeAsync(15 * 60_000);
    expect(await reasonOf(end)).toBe("its agents were not done within 15 minutes: agent on west: leaving");
  });

  test("is given up when KubeSphere comes to no Job of an agent", async () => {
    cluster.plans = [withAgents({ east: { ...REFUSED, state: "InstallFailed" } })];
    const end = follow()(followed("shop"));
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await reasonOf(end)).toMatch(/^agent on east: InstallFailed: no such chart\nIt came to no Job: /);
    expect(said).toEqual(["agent on east: InstallFailed: no such chart"]);
  });
});

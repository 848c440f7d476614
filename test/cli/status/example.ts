/** A stack with something of everything, for what is made of a status. */
import type { ExtensionStatus, StackStatus } from "../../../cli/status/status";

const NOTHING = { states: [], reasons: [], workloads: [], bundles: [], ingresses: [], endpoints: [], warnings: [], clusters: [] };

const demo: ExtensionStatus = {
  ...NOTHING,
  name: "demo",
  ofStack: true,
  health: "asWanted",
  wanted: { version: "0.1.0", configHash: "c9653f49806bc3ae", enabled: true },
  actual: { version: "0.1.0", configHash: "c9653f49806bc3ae", enabled: true, state: "Installed", namespace: "extension-demo" },
  configMatches: true,
  states: [
    { state: "Preparing", since: "2026-01-01T00:00:02Z", seconds: 1 },
    { state: "Installing", since: "2026-01-01T00:00:03Z", seconds: 42 },
    { state: "Installed", since: "2026-01-01T00:00:45Z" },
  ],
  rollout: { since: "2026-01-01T00:00:02Z", seconds: 43 },
  workloads: [{ kind: "Deployment", namespace: "extension-demo", name: "demo", ready: 2, wanted: 2 }],
  bundles: [{ name: "demo-js", state: "Available", link: "/dist/demo/index.js" }],
  ingresses: [{ name: "demo", class: "nginx", hosts: ["demo.192.168.50.208.nip.io"] }],
  endpoints: [{ service: "demo", ready: 2, total: 2 }],
};

const shop: ExtensionStatus = {
  ...demo,
  name: "shop",
  health: "failed",
  reasons: [
    "UpgradeFailed: Job has reached the specified backoff limit\nThe log of its Job: kubectl --namespace extension-shop logs job/helm-executor-upgrade-shop-x7k2p9",
  ],
  wanted: { version: "1.1.0", configHash: "685d45d22ae3b39e", enabled: true },
  actual: { version: "1.0.0", configHash: "685d45d22ae3b39e", enabled: true, state: "UpgradeFailed", namespace: "extension-shop" },
  states: [
    { state: "Preparing", since: "2026-01-01T08:00:00Z", seconds: 2 },
    { state: "Installing", since: "2026-01-01T08:00:02Z", seconds: 31 },
    { state: "Installed", since: "2026-01-01T08:00:33Z", seconds: 5_000 },
    { state: "Preparing", since: "2026-01-01T09:23:53Z", seconds: 1 },
    { state: "Upgrading", since: "2026-01-01T09:23:54Z", seconds: 120 },
    { state: "UpgradeFailed", since: "2026-01-01T09:25:54Z" },
  ],
  rollout: { since: "2026-01-01T09:23:53Z", seconds: 121 },
  workloads: [{ kind: "StatefulSet", namespace: "extension-shop", name: "shop-database", ready: 1, wanted: 3 }],
  bundles: [{ name: "shop-js", state: "Available", link: "/dist/shop/index.js" }],
  ingresses: [{ name: "shop", hosts: ["shop.192.168.50.208.nip.io"] }],
  endpoints: [{ service: "shop", ready: 1, total: 3 }],
  warnings: [
    {
      time: "2026-01-01T09:25:54Z",
      object: "Job helm-executor-upgrade-shop-x7k2p9",
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
      count: 1,
    },
    {
      time: "2026-01-01T09:24:54Z",
      object: "Pod shop-database-1",
      reason: "FailedScheduling",
      message: "0/3 nodes are available: 3 Insufficient memory.",
      count: 7,
    },
  ],
};

const mesh: ExtensionStatus = {
  ...NOTHING,
  name: "mesh",
  ofStack: true,
  health: "rollingOut",
  reasons: ["It is Installing.", "Its agent on cluster south is not begun."],
  wanted: { version: "2.0.0-rc.1", configHash: "cbf29ce484222325", enabled: true },
  actual: { configHash: "cbf29ce484222325", enabled: false, state: "Installing", namespace: "extension-mesh" },
  configMatches: true,
  states: [
    { state: "Preparing", since: "2026-01-01T09:27:50Z", seconds: 4 },
    { state: "Installing", since: "2026-01-01T09:27:54Z" },
  ],
  rollout: { since: "2026-01-01T09:27:50Z" },
  clusters: [
    { cluster: "north", state: "Installed", version: "2.0.0-rc.1", states: [{ state: "Installed", since: "2026-01-01T09:28:00Z" }] },
    { cluster: "south", state: "", states: [] },
  ],
};

const metrics: ExtensionStatus = {
  ...NOTHING,
  name: "metrics",
  ofStack: true,
  health: "differs",
  reasons: ["It is not installed: the cluster has no InstallPlan of it. `pulumi up` installs it."],
  wanted: { version: "3.4.5", configHash: "c2dffb5d14281c4d", enabled: true },
};

const theirs: ExtensionStatus = {
  ...NOTHING,
  name: "whizard-telemetry",
  ofStack: false,
  health: "asWanted",
  actual: { version: "1.2.2", configHash: "cbf29ce484222325", enabled: true, state: "Installed", namespace: "extension-whizard-telemetry" },
  states: demo.states,
  ...(demo.rollout && { rollout: demo.rollout }),
};

export const EXAMPLE: StackStatus = {
  stack: "prod",
  time: "2026-01-01T09:28:30.500Z",
  health: "failed",
  unread: [],
  extensions: [demo, shop, mesh, metrics, theirs],
  members: [],
};

/** A plan that is followed for as long as `up` waits for one, against a stand-in for the API server. */
import { createServer } from "node:https";
import type { RequestListener } from "node:http";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CORE_API } from "../../../kubesphere/api";
import { configHash } from "../../../kubesphere/extension/installPlan";
import { selfSigned } from "../../../sandbox/src/selfSigned";
import { nodeProcess, type Growth } from "../../memory";
import type { Workbench } from "../../workbench";

/** Seconds, and one change in each. */
export const CHANGES = 15 * 60;
/** Of a watch, as the client asks for. */
const WATCH_SECONDS = 120;
const PLANS = `/apis/${CORE_API}/installplans`;

/** @param script made of `follow.ts` */
export async function followedPlan(bench: Workbench, script: string): Promise<Growth & { readonly peak: number }> {
  bench.now("a plan followed for 15 minutes");
  const day = 24 * 3600 * 1000;
  const tls = selfSigned(["127.0.0.1"], new Date(Date.now() - day), new Date(Date.now() + day));
  const server = createServer({ key: tls.key, cert: tls.certificate }, planServer());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const { port } = server.address() as AddressInfo;
    const kubeconfig = join(bench.scratch, "plan.kubeconfig");
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(`https://127.0.0.1:${port}`, tls.certificate)), { mode: 0o600 });
    const { peak, stdout } = await nodeProcess(bench, [script, kubeconfig, String(CHANGES)]);
    return { peak, ...(JSON.parse(stdout) as Growth) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const kubeconfigOf = (server: string, certificate: string) => ({
  "current-context": "bench",
  contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
  clusters: [{ name: "bench", cluster: { server, "certificate-authority-data": Buffer.from(certificate).toString("base64") } }],
  users: [{ name: "bench", user: { token: "bench" } }],
});

/** A stand-in. A list says what is now; a watch goes on from there, for its 120 seconds, as fast as its reader takes them. */
export function planServer(): RequestListener {
  let now = 0;
  function* changes() {
    for (const end = Math.min(now + WATCH_SECONDS, CHANGES); now < end;)
      yield `${JSON.stringify({ type: "MODIFIED", object: planAt(++now) })}\n`;
  }
  return ({ url = "" }, response) => {
    const { pathname, searchParams } = new URL(url, "https://plans");
    if (pathname !== PLANS) return void response.writeHead(404).end("{}");
    response.writeHead(200, { "content-type": "application/json" });
    // A client that knows enough breaks off.
    if (searchParams.has("watch")) return void pipeline(changes(), response).catch(() => undefined);
    const list = { apiVersion: CORE_API, kind: "InstallPlanList", metadata: { resourceVersion: String(now) }, items: [planAt(now)] };
    response.end(JSON.stringify(list));
  };
}

const CONFIG = Array.from({ length: 100 }, (_, line) => `# line ${line} of a config such as people write\n`).join("");
/** KubeSphere's status has that many of a plan's states, the last ones. */
const STATES = 10;

/** Installed in the last second. */
function planAt(second: number): object {
  const state = second < CHANGES ? "Installing" : "Installed";
  const time = (of: number) => new Date(Date.UTC(2026, 0, 1) + of * 1000).toISOString();
  const history = Array.from({ length: Math.min(second, STATES) }, (_, index) => second - index).reverse();
  return {
    apiVersion: CORE_API,
    kind: "InstallPlan",
    metadata: {
      ...{ name: "bench", uid: "5f2b1a54-7c2f-4d3e-9f62-000000000001", generation: 1, resourceVersion: String(second) },
      managedFields: [
        { manager: "controller-manager", operation: "Update", time: time(second), fieldsV1: { "f:status": { "f:state": {} } } },
      ],
    },
    spec: { extension: { name: "bench", version: "1.0.0" }, enabled: true, upgradeStrategy: "Manual", config: CONFIG },
    status: {
      ...{ state, version: "1.0.0", enabled: true, configHash: configHash(CONFIG), releaseName: "bench" },
      ...{ targetNamespace: "extension-bench", jobName: "helm-executor-install-bench-x7k2p" },
      conditions: [
        { type: "Installed", status: second < CHANGES ? "Unknown" : "True", message: `second ${second}`, lastTransitionTime: time(second) },
      ],
      stateHistory: history.map((of) => ({ state, lastTransitionTime: time(of) })),
    },
  };
}

/** KubeSphere as a sandbox of its own has it, installed by Helm: what the life cycle's recordings are replayed against. */
import { join } from "path";
import { CHECKOUT, freeNodePorts, run, succeeded } from "../../support/sandbox";
import type { Api } from "../api";
import { KUBESPHERE_SANDBOX, place, sandboxCommand, type Place } from "../sandbox";
import type { JsonObject } from "../vectors";

const CHART = join(CHECKOUT, "sandbox/charts/ks-core");
const RELEASE = ["ks-core", "--namespace", "kubesphere-system", "--wait"];

export async function install(): Promise<Place> {
  const sandbox = (...args: string[]) => sandboxCommand(args, {}, KUBESPHERE_SANDBOX);
  succeeded(await sandbox("reset"));
  const [ingressPort, consolePort] = await freeNodePorts();
  succeeded(await sandbox("up", "--ingress-port", `${ingressPort}`, "--console-port", `${consolePort}`));
  const here = await place(KUBESPHERE_SANDBOX);
  const set = `ksExtensionRepository.enabled=false,console.nodePort=${consolePort}`;
  succeeded(await run("helm", ["install", ...RELEASE, CHART, "--create-namespace", "--set", set], { env: here.env }));
  await eventually(async () => expect((await list(here.api, WEBHOOKS)).length).toBeGreaterThanOrEqual(3));
  return here;
}

/** Its hook waits until the last object of KubeSphere's kinds is gone. */
export async function uninstall({ env, api }: Place): Promise<void> {
  succeeded(await run("helm", ["uninstall", ...RELEASE], { env }));
  expect(await list(api, WEBHOOKS)).toEqual([]);
}

const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

export const list = async (api: Api, path: string, labelSelector = ""): Promise<JsonObject[]> => {
  const { status, object } = await api.ask("GET", `${path}?labelSelector=${encodeURIComponent(labelSelector)}`);
  return status === 404 ? [] : (object["items"] as JsonObject[]);
};

export const path = {
  extension: (name = "") => `/apis/kubesphere.io/v1alpha1/extensions/${name}`.replace(/\/$/, ""),
  version: (name = "") => `/apis/kubesphere.io/v1alpha1/extensionversions/${name}`.replace(/\/$/, ""),
  plan: (name = "") => `/apis/kubesphere.io/v1alpha1/installplans/${name}`.replace(/\/$/, ""),
  repository: (name = "") => `/apis/kubesphere.io/v1alpha1/repositories/${name}`.replace(/\/$/, ""),
  bundle: (name = "") => `/apis/extensions.kubesphere.io/v1alpha1/jsbundles/${name}`.replace(/\/$/, ""),
  configMap: (namespace: string, name = "") => `/api/v1/namespaces/${namespace}/configmaps/${name}`.replace(/\/$/, ""),
  secret: (namespace: string, name = "") => `/api/v1/namespaces/${namespace}/secrets/${name}`.replace(/\/$/, ""),
};

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

/** Checks again until it passes. @throws what it threw last, after a minute */
export async function eventually<T>(check: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

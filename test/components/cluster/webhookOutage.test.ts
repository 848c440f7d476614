import { createServer } from "http";
import type { AddressInfo } from "net";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { accessCluster } from "../../../components/cluster/clusterAccess";
import type { KsCore } from "../../../components/ksCore";
import { afterOutage } from "../../../components/cluster/webhookOutage";
import { declare } from "../../support/mocks";

beforeEach(() => jest.spyOn(pulumi.log, "info").mockResolvedValue());
jest.mock("timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

/** How often the webhooks are asked about before what waits for ks-core goes on. */
async function questions(preview: boolean, failures: number): Promise<number> {
  let asked = 0;
  const cluster = { webhooksFail: () => Promise.resolve(++asked <= failures) };
  const program = async () => {
    const core = { release: { status: pulumi.output({}) } as unknown as Release } as KsCore;
    await new Promise((done) => afterOutage(core, cluster).apply(done));
  };
  await declare(program, { preview });
  return asked;
}

test.each<[what: string, preview: boolean, failures: number, asked: number]>([
  ["goes on at once where the webhooks answer", false, 0, 1],
  ["waits until they do", false, 3, 4],
  ["leaves it to the write to fail after three minutes", false, Infinity, 90],
  ["asks nothing in a preview", true, Infinity, 0],
])("what lies on ks-core %s", async (_what, preview, failures, asked) => {
  expect(await questions(preview, failures)).toBe(asked);
});

const outage = `Internal error occurred: failed calling webhook "installplans.kubesphere.io": failed to call webhook: Post "https://ks-controller-manager.kubesphere-system.svc:443/mutate": tls: failed to verify certificate: x509: certificate signed by unknown authority`;
test.each<[what: string, status: number, message: string, fails: boolean]>([
  ["a certificate that is not the one demanded", 500, outage, true],
  ["a controller manager that restarts", 500, outage.replace(/tls: .*/, "dial tcp 10.0.0.1:443: connect: connection refused"), true],
  ["a refusal, which is an answer", 403, 'admission webhook "installplans.kubesphere.io" denied the request: not found', false],
  ["somebody else's webhook", 500, outage.replace("installplans.kubesphere.io", "policy.example.com"), false],
  ["a cluster without KubeSphere's kinds", 404, "the server could not find the requested resource", false],
])("whether the webhooks are out: %s", async (_what, status, message, fails) => {
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.writeHead(status).end(JSON.stringify({ kind: "Status", message }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const kubeconfig = JSON.stringify({
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user: "me" } }],
    clusters: [{ name: "lab", cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
    users: [{ name: "me", user: { token: "fake-token" } }],
  });
  try {
    expect(await (await accessCluster({ kubeconfig })).webhooksFail()).toBe(fails);
    expect(asked).toEqual(["POST /apis/kubesphere.io/v1alpha1/installplans?dryRun=All"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

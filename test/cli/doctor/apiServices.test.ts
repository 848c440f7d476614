/** What is told of APIs that the API server hands on to nobody. */
import type { ApiService } from "../../../cli/doctor/facts/facts";
import type { StoredObject } from "../../../cli/shared/cluster";
import { ago, found, INSTALLED, plan } from "./support";

const REASON = { reason: "MissingEndpoints", message: 'endpoints for service/metrics in "extension-metrics" have no addresses' };
const metrics = (seconds: number, { reason = REASON.reason, status = "False", annotations = {} } = {}): ApiService => ({
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1beta1.metrics.k8s.io", annotations },
  spec: { group: "metrics.k8s.io", version: "v1beta1", service: { namespace: "extension-metrics", name: "metrics" } },
  status: { conditions: [{ ...REASON, type: "Available", status, reason, lastTransitionTime: ago(seconds) }] },
});
const namespace = (name: string, apis: string, labels = {}, status = "True"): StoredObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels, deletionTimestamp: ago(600) },
  status: {
    phase: "Terminating",
    conditions: [
      {
        type: "NamespaceDeletionDiscoveryFailure",
        status,
        reason: "DiscoveryFailed",
        message: `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ${apis}: stale GroupVersion discovery: ${apis}`,
      },
    ],
  },
});
const HELD = "metrics.k8s.io/v1beta1";
const MEND = [
  "if it is still wanted, see why its Service does not answer: kubectl --namespace extension-metrics describe service metrics",
  "if what served it is gone for good: kubectl delete apiservice v1beta1.metrics.k8s.io",
];

test("namespaces that hang in Terminating for an API that nobody answers are told with that API, what waits for them, and the way out", () => {
  const namespaces = [
    namespace("shop", HELD),
    namespace("extension-metrics", HELD, { "kubesphere.io/extension-ref": "metrics" }),
    namespace("theirs", "other.example.com/v1"),
    namespace("going", HELD, {}, "False"),
  ];
  expect(found({ apiServices: [metrics(5)], namespaces })).toEqual([
    {
      check: "apiServices",
      object: "APIService v1beta1.metrics.k8s.io",
      why: `since ${ago(5)} nobody answers metrics.k8s.io/v1beta1: MissingEndpoints: ${REASON.message}`,
      means:
        "for as long Namespace shop, Namespace extension-metrics, and with it the removal of the extension metrics, will not go (DiscoveryFailed)",
      mend: MEND,
    },
  ]);
});

test("where an extension is being uninstalled from such a namespace, it is told which", () => {
  const leaving = plan({ ...INSTALLED, targetNamespace: "shop" }, { metadata: { deletionTimestamp: ago(1) } });
  const [finding] = found({ plans: [leaving], apiServices: [metrics(5)], namespaces: [namespace("shop", HELD)] }).filter(
    ({ check }) => check === "apiServices",
  );
  expect(finding?.means).toContain("Namespace shop, and with it the removal of the extension demo,");
});

test("what a release has left, and whose Service is gone, is told with that release and goes by one command", () => {
  const annotations = { "meta.helm.sh/release-name": "metrics", "meta.helm.sh/release-namespace": "extension-metrics" };
  expect(found({ apiServices: [metrics(600, { reason: "ServiceNotFound", annotations })] })).toEqual([
    expect.objectContaining({
      why: expect.stringMatching(/ServiceNotFound: .*; it came with the Helm release extension-metrics\/metrics$/) as string,
      means: "whoever deletes a namespace, be it a `pulumi destroy`, waits for as long",
      mend: ["unless what serves it is about to come back: kubectl delete apiservice v1beta1.metrics.k8s.io"],
    }),
  ]);
});

test("an API that answers, or is away for a moment while nothing waits for it, is no finding", () => {
  expect(found({ apiServices: [metrics(600, { status: "True" })] })).toEqual([]);
  expect(found({ apiServices: [metrics(30)] })).toEqual([]);
});

/** What the cluster says becomes paths of the API and arguments of Helm: only where it can be nothing else. */
import { assertApiPath } from "../../../sandbox/src/sim/apiPath.js";
import { loadChart } from "../../../sandbox/src/sim/chartLoader.js";
import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import type { Helm } from "../../../sandbox/src/sim/helm.js";

test.each([
  "/api/v1/namespaces/extension-shop/../kube-system/secrets",
  "/api/v1/namespaces/./secrets",
  "/apis/kubesphere.io/v1alpha1/extensions/a%2f..%2fb",
  "/apis/kubesphere.io/v1alpha1/extensions/a b",
  "/api//v1",
  "//elsewhere.example/api",
])("a name makes the simulator write to another object than its own: %s", (path) => {
  expect(() => assertApiPath(path)).toThrow(`${JSON.stringify(path)} is no path of the API server; allowed: `);
});

test.each([
  "/version",
  "/apis/rbac.authorization.k8s.io/v1/clusterroles/kubesphere:shop:helm-executor",
  "/api/v1/namespaces/extension-shop/serviceaccounts/helm-executor.shop/token",
  "/api/v1/pods?watch=true&labelSelector=a%2Fb",
])("the simulator does not find what it looks after: %s", (path) => {
  expect(() => assertApiPath(path)).not.toThrow();
});

test.each(["--post-renderer=/bin/sh", "./chart", "/etc", "file:///etc/chart.tgz", "s3://bucket/chart.tgz", "https:chart", ""])(
  "an index makes Helm take an option or a file of this machine for a chart: %s",
  async (chartURL) => {
    const nobody = {} as unknown as Helm & Cluster;
    const version = { metadata: { name: "shop-1.0.0" }, spec: { version: "1.0.0", chartURL } };
    await expect(loadChart(nobody, nobody, "shop", version)).rejects.toThrow(
      `chartURL ${JSON.stringify(chartURL)} is not allowed; allowed: a URL that begins with http://, https:// or oci://`,
    );
  },
);

import { packed, readExtension } from "../../kubesphere/extension/extensionPackage";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import { describe as describeDraft } from "../../kubesphere/extension/rendering";
import { inWords } from "../../cli/extension/inspect";
import { inspection } from "../../cli/extension/inspection";
import { SMALL_CHART, temporaryFolders, type Files } from "../support/charts";
import { rendered, service } from "../support/rendered";
import { standInRendering } from "../support/rendering";

const folder = temporaryFolders();

async function inspected(objects: RenderedObject[], files: Files = {}, values = {}) {
  const draft = await readExtension(await folder({ ...SMALL_CHART, ...files }));
  const description = await describeDraft(
    draft,
    standInRendering(() => objects),
    { values, path: "config.yaml" },
  );
  return inspection(draft, await packed(draft, description.learnt, {}), description, "");
}

const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
const CLUSTER_ROLE = rendered("rbac.authorization.k8s.io/v1 ClusterRole web", {
  rules: [{ apiGroups: [""], resources: ["*"], verbs: ["get"] }],
});

test("each right names the objects that it is for, and what is wide says so", async () => {
  const { rights, areRightsStated } = await inspected([service("web", "http:80"), CLUSTER_ROLE]);
  expect(areRightsStated).toBe(false);
  expect(rights).toContainEqual({
    ...{ role: "ClusterRole", what: "*", verbs: ["get"], names: [], isWide: true },
    neededBy: expect.arrayContaining(["ClusterRole web"]) as string[],
  });
  expect(rights).toContainEqual({
    ...{ role: "ClusterRole", what: "clusterroles.rbac.authorization.k8s.io", verbs: ["delete", "get", "patch"], names: ["web"] },
    ...{ isWide: false, neededBy: ["ClusterRole web"] },
  });
  expect(rights).toContainEqual({
    ...{ role: "Role", what: "services", verbs: MANAGE, names: [], isWide: false },
    neededBy: ["Service web", "what values may switch on"],
  });
});

test("a stated right that nothing is made with is seen at once", async () => {
  const permissions = 'kind: Role\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n';
  const text = inWords(await inspected([service("web", "http:80")], { "permissions.yaml": permissions }));
  expect(text).toContain("Rights of the executor, as permissions.yaml states them\n");
  expect(text).toContain("\n  Role: get pods, for nothing that is rendered\n");
});

test("the UI: which Service, why, what else it could be and the line that says so; or that there is none", async () => {
  const two = inWords(await inspected([service("web", "http:80"), service("other", "http:81")]));
  expect(two).toContain("UI: Service web:80, HTTP: it is named after the release\n  others: other:81\n");
  expect(inWords(await inspected([rendered("v1 ConfigMap web")]))).toContain("\nno UI: no menu entry, no Ingress\n");
});

test("objects, images and sizes, and the chart's own version where KubeSphere needs another", async () => {
  const deployment = rendered("apps/v1 Deployment web", { spec: { template: { spec: { containers: [{ image: "nginx:1.27" }] } } } });
  const found = await inspected([deployment, service("web", "http:80"), service("more", "http:80")], {
    "Chart.yaml": "name: web\nversion: v1.2.3\n",
  });
  expect(found).toMatchObject({
    ...{ name: "web", version: "1.2.3", chart: "web v1.2.3", namespace: "extension-web" },
    ...{
      objects: { Deployment: 1, Service: 2 },
      images: ["docker.io/library/nginx:1.27"],
      warnings: [expect.stringMatching(/^its UI is web:80, /)],
    },
  });
  expect(found.sizes.executorConfigMap.bytes).toBe(found.sizes.package + 16 * 1024);
  expect(found.sizes.releaseRecord.most[0]?.bytes).toBeGreaterThan(100);
});

test("a Secret's or a value's text is in none of it", async () => {
  const secret = rendered("v1 Secret web", { stringData: { password: "not-to-be-seen" } });
  const found = await inspected([secret], {}, { web: { password: "not-to-be-seen" } });
  expect(JSON.stringify(found) + inWords(found)).not.toContain("not-to-be-seen");
});

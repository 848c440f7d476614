import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { providerRenderer, readable } from "../../../components/preparation/providerRenderer";
import type { RenderRequest } from "../../../kubesphere/chart/chartRenderer";

const REQUEST: RenderRequest = {
  chart: "/tmp/render-x/web.tgz",
  release: "web",
  namespace: "extension-web",
  values: { web: { a: 1 } },
  cluster: { kubeVersion: "v1.34.0", apiVersions: ["v1", "v1/Pod"], resources: [] },
};

async function rendered(answer: (inputs: unknown) => object, request = REQUEST) {
  const calls: { token: string; inputs: unknown; provider: string | undefined }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
      call: ({ token, inputs, provider }) => {
        calls.push({ token, inputs, provider });
        return answer(inputs) as Record<string, unknown>;
      },
    },
    "kubesphere",
    "test",
    true,
  );
  let objects: unknown;
  await pulumi.runtime.runInPulumiStack(async () => {
    objects = await providerRenderer(new Provider("cluster", {}))
      .render(request)
      .catch((error: unknown) => error);
    return {};
  });
  await pulumi.runtime.disconnect();
  return { objects, calls };
}

test("the stack's own provider renders: a run finds no Helm on a machine without one", async () => {
  const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "web" } };
  const { objects, calls } = await rendered(() => ({ result: [{ kind: "List", apiVersion: "v1", items: [object] }, null] }));
  expect(objects).toEqual([object]);
  const [call] = calls;
  expect(call?.token).toBe("kubernetes:helm:template");
  expect(call?.provider).toMatch(/cluster::cluster-id$|::cluster::/);
  expect(JSON.parse((call?.inputs as { jsonOpts: string }).jsonOpts)).toEqual({
    ...{ path: REQUEST.chart, release_name: "web", namespace: "extension-web", values: { web: { a: 1 } } },
    ...{ kube_version: "v1.34.0", api_versions: ["v1", "v1/Pod"], include_test_hook_resources: false, skip_crd_rendering: false },
  });
});

test("the provider is kept from rendering CRDs that nobody asked for", async () => {
  const { calls } = await rendered(() => ({ result: [] }), { ...REQUEST, withCrds: false });
  expect(JSON.parse((calls[0]?.inputs as { jsonOpts: string }).jsonOpts)).toMatchObject({ skip_crd_rendering: true });
});

test.each([
  [
    "failed to create chart from template: execution error at (web/templates/a.yaml:1:3): no database",
    "execution error at (web/templates/a.yaml:1:3): no database",
  ],
  ["Invoke of kubernetes:helm:template failed: failed to create chart from template: /tmp/render-x/web.tgz: why", "web.tgz: why"],
  [
    "invocation of kubernetes:helm:template returned an error: failed to generate YAML for specified Helm chart: failed to create chart from template: why",
    "why",
  ],
  ["rpc error: code = Unknown desc = failed to generate YAML for specified Helm chart: why", "why"],
])("what Helm says is told without the words around it, and without a folder that is gone by then: %s", (said, told) => {
  expect(readable(said, "/tmp/render-x")).toBe(told);
});

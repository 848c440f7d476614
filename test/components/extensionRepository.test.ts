import { ExtensionRepository, type ExtensionRepositoryArgs } from "../../components/extensionRepository";
import { CERTIFICATE } from "../support/certificate";
import { declare, only } from "../support/mocks";

const args: ExtensionRepositoryArgs = {
  name: "ours",
  url: "https://charts.example.com/",
  insecure: false,
  pollInterval: "1h0m0s",
  kubesphereVersion: "4.1.2",
};
const spec = async (more: Partial<ExtensionRepositoryArgs> = {}) => {
  const { resources } = await declare(() => Promise.resolve(new ExtensionRepository("repository-ours", { ...args, ...more })));
  return { component: only(resources, "repository-ours").inputs, object: only(resources, "repository-ours-repository").inputs };
};

test("the Repository is exactly what KubeSphere 4.1.2 knows", async () => {
  expect((await spec({ description: "Ours", insecure: true, caBundle: CERTIFICATE })).object).toEqual({
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "Repository",
    metadata: { name: "ours" },
    spec: {
      url: "https://charts.example.com/",
      description: "Ours",
      caBundle: Buffer.from(CERTIFICATE).toString("base64"),
      insecure: true,
      updateStrategy: { registryPoll: { interval: "1h0m0s" } },
    },
  });
});

test("KubeSphere 4.1.3 refuses a Repository without a timeout", async () => {
  expect((await spec({ kubesphereVersion: "4.1.3" })).object["spec"]).toEqual({
    url: "https://charts.example.com/",
    updateStrategy: { registryPoll: { interval: "1h0m0s" }, timeout: "5m0s" },
  });
});

test("credentials are a secret in the object, and no input of the component", async () => {
  const { component, object } = await spec({ username: "reader", password: "fake" });
  // One secret within makes the whole map one, until the real engine takes them apart.
  expect(object["spec"]).toMatchObject({ $secret: { basicAuth: { username: "reader", password: "fake" } } });
  expect(component).toEqual({ name: "ours", url: "https://charts.example.com/", insecure: false, pollInterval: "1h0m0s" });
});

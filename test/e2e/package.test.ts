import { execFile } from "child_process";
import { readFileSync } from "fs";
import { writeFile } from "fs/promises";
import { join } from "path";
import { promisify } from "util";
import { loadAll } from "js-yaml";
import { packExtension, packageExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { EXTENSION, SMALL_CHART, temporaryFolders } from "../support/charts";
import { findHelm } from "../../cli/extension/helm";
import { helmRendering, sandboxCache } from "../support/rendering";

interface KubernetesObject {
  kind: string;
  metadata: { name: string };
  data?: Record<string, unknown>;
  spec?: unknown;
}
const golden = JSON.parse(readFileSync(join(__dirname, "../vectors/ksbuilder-demo.json"), "utf8")) as Record<
  "helmTemplateIngress" | "helmTemplateLink",
  { args: string; objects: KubernetesObject[] }
>;
const INGRESS = golden.helmTemplateIngress.args.split(" ");

/** The tool's Ingress may meet the chart's own, and its annotation rewrites / to /. */
const asOurs = (object: KubernetesObject): KubernetesObject => {
  if (object.kind !== "Ingress") return object;
  const { annotations, ...metadata } = object.metadata as KubernetesObject["metadata"] & { annotations?: object };
  expect(annotations).toEqual({ "nginx.ingress.kubernetes.io/rewrite-target": "/" });
  return { ...object, metadata: { ...metadata, name: "demo-extension" } };
};

const folder = temporaryFolders();
const helm = async (...args: string[]) => (await promisify(execFile)(await findHelm(sandboxCache()), args)).stdout;

async function packageFile(source: string): Promise<string> {
  const file = join(await folder({}), "package.tgz");
  await writeFile(file, (await packageExtension(source, await helmRendering())).archive);
  return file;
}

async function rendered(release: string, file: string, ...args: string[]): Promise<Record<string, KubernetesObject>> {
  const objects = loadAll(await helm("template", release, file, "--namespace", `extension-${release}`, ...args)) as KubernetesObject[];
  return Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
}

describe("Helm makes of the packaged demo what it made of the publishing tool's package", () => {
  let demo: string;
  beforeAll(async () => {
    demo = await packageFile(join(__dirname, "../../extensions/demo"));
  });

  test.each(["helmTemplateIngress", "helmTemplateLink"] as const)("the recorded objects, one by one: %s", async (scenario) => {
    const { args, objects } = golden[scenario];
    const ours = await rendered("demo", demo, ...args.split(" "));
    const theirs = Object.fromEntries(objects.map(asOurs).map((object) => [`${object.kind}/${object.metadata.name}`, object]));
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    for (const [key, object] of Object.entries(ours)) {
      // The front-end module is our own; its behaviour is compared in base.test.ts.
      const sameModule =
        object.kind === "ConfigMap" ? { data: { "index.js": expect.stringMatching(/^System\.register\(\[/) as unknown } } : {};
      expect(object).toEqual({ ...theirs[key], ...sameModule });
    }
  });

  test("the front end has the UI's address", async () => {
    const { "ConfigMap/demo-cm-iframe": configMap } = await rendered("demo", demo, ...INGRESS);
    expect(configMap?.data?.["index.js"]).toContain('"url":"http://demo.192.168.50.208.nip.io:30888"');
    expect(configMap?.data?.["index.js"]).not.toMatch(/__[A-Z_]+__/);
  });

  test("it lints without a word and renders without any values; only what needs an address is missing", async () => {
    expect(await helm("lint", "--strict", demo)).toContain("1 chart(s) linted, 0 chart(s) failed");
    const recorded = golden.helmTemplateIngress.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(Object.keys(await rendered("demo", demo)).sort()).toEqual(recorded.filter((key) => key !== "Ingress/demo").sort());
  });

  test("a way to embed that is none says which there are", async () => {
    await expect(rendered("demo", demo, "--set", "base.extEmbed=tab")).rejects.toThrow('base.extEmbed is "tab"; it must be iframe');
  });
});

test("the Ingress of an extension that is not called demo leads to its own Service", async () => {
  const helper = '{{- define "web.fullname" }}{{ .Release.Name }}{{ end }}';
  const { "Ingress/web-extension": ingress, "Service/web": service } = await rendered(
    "web",
    await packageFile(await folder({ ...SMALL_CHART, "templates/_helpers.tpl": helper })),
    ...INGRESS,
  );
  expect(service?.spec).toEqual({ ports: [{ port: 8080 }] });
  expect(ingress?.spec).toEqual({
    ingressClassName: "nginx",
    rules: [
      {
        host: "web.192.168.50.208.nip.io",
        http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 8080 } } } }] },
      },
    ],
  });
});

describe("Helm takes an extension's own folder, packed", () => {
  let shop: string;
  beforeAll(async () => {
    shop = await packageFile(await folder(EXTENSION));
  });

  test("it lints without a word, which the publishing tool's package does not", async () => {
    expect(await helm("lint", "--strict", shop)).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  test("its charts get its values, and KubeSphere's tags choose which of them a cluster gets", async () => {
    const kubernetes = ["--kube-version", "v1.31.0"];
    const all = await rendered("shop", shop, ...kubernetes);
    expect(Object.keys(all).sort()).toEqual(["ConfigMap/shop-agent", "ConfigMap/shop-web"]);
    expect(all["ConfigMap/shop-web"]?.data).toEqual({ greeting: "hello" });
    const agents = await rendered("shop", shop, ...kubernetes, "--set", "tags.extension=false");
    expect(Object.keys(agents)).toEqual(["ConfigMap/shop-agent"]);
  });

  test("its kubeVersion keeps it off a cluster that it is not made for", async () => {
    await expect(rendered("shop", shop, "--kube-version", "v1.27.0")).rejects.toThrow("incompatible with Kubernetes v1.27.0");
  });

  test("packed by Helm itself it is the same extension", async () => {
    const ours = await packExtension(shop, await helmRendering());
    const unpacked = await folder({});
    await promisify(execFile)("tar", ["-xzf", shop, "-C", unpacked]);
    await helm("package", join(unpacked, "shop"), "--destination", unpacked);
    const theirs = await packExtension(join(unpacked, "shop-2.0.0-rc.1.tgz"), await helmRendering());
    // Helm writes Chart.yaml anew, and keeps what it says.
    const others = ({ files }: ExtensionPackage) => ({ ...files, "Chart.yaml": "" });
    expect({ metadata: theirs.metadata, files: others(theirs) }).toEqual({ metadata: ours.metadata, files: others(ours) });
  });
});

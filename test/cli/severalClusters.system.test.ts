/** What the commands say of an extension that has agents on member clusters. */
import { writeFile } from "fs/promises";
import { join } from "path";
import { packageExtension } from "../../kubesphere/extension/extensionPackage";
import { findHelm } from "../../cli/extension/helm";
import type { Inspection } from "../../cli/extension/inspection";
import { main } from "../../cli/extension/main";
import { imagesOf } from "../../cli/mirror/images";
import { referenceText } from "../../cli/mirror/reference";
import { INSTALL_AND_UPGRADE, rendersOf } from "../../cli/mirror/render";
import { callMain } from "../support/call";
import { EXTENSION, SMALL_CHART, temporaryFolders, type Files } from "../support/charts";
import { helmRendering, sandboxCache } from "../support/rendering";

const folder = temporaryFolders();
const call = (...args: string[]) => callMain(() => main(args, sandboxCache()));

describe("an extension for several clusters", () => {
  const pod = (name: string, image: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: main, image: "${image}"}]}\n`;
  const chart = (name: string, files: Files): Files => {
    const all = { "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`, ...files };
    return Object.fromEntries(Object.entries(all).map(([path, data]) => [`charts/${name}/${path}`, data]));
  };
  const tagged: Files = {
    ...EXTENSION,
    "permissions.yaml": "kind: Role\nrules: []\n",
    "extension.yaml": (EXTENSION["extension.yaml"] as string).replace(
      /^dependencies: .*$/m,
      "dependencies: [{name: web, tags: [extension]}, {name: agent, tags: [agent]}]",
    ),
  };
  const charts: Files = {
    ...chart("web", { "templates/pod.yaml": pod("{{ .Release.Name }}", "shop:2") }),
    ...chart("agent", {
      "templates/pod.yaml": pod("{{ .Values.global.clusterInfo.role }}", "agent:{{ .Values.tag }}"),
      "values.yaml": "tag: 3\n",
    }),
  };
  const source = folder({ ...tagged, ...charts });
  const pods = (text: string) =>
    (JSON.parse(text) as { kind: string; metadata: { name: string } }[]).map(({ metadata }) => metadata.name).sort();

  test("shows apart what the host gets and what each member does", async () => {
    expect(pods((await call("template", await source, "--json")).stdout)).toEqual(["shop", "shop-web"]);
    expect(pods((await call("template", await source, "--agent", "--json")).stdout)).toEqual(["member", "shop-agent-agent"]);
    const { code, stderr } = await call("template", await folder(SMALL_CHART), "--agent");
    expect([code, stderr]).toEqual([2, expect.stringContaining("its extension.yaml says installationMode: HostOnly")]);
    const { objects, agentObjects, images } = JSON.parse((await call("inspect", await source, "--json")).stdout) as Inspection;
    expect([objects, agentObjects]).toEqual([
      { ConfigMap: 1, Pod: 1 },
      { ConfigMap: 1, Pod: 1 },
    ]);
    expect(images).toEqual(["docker.io/library/agent:3", "docker.io/library/shop:2"]);
  });

  test("is linted for both: what only a member is short of is told", async () => {
    const lease = "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: { name: {{ .Chart.Name }} }\n";
    const leasing = { "charts/web/templates/lease.yaml": lease, "charts/agent/templates/lease.yaml": lease };
    const { stdout } = await call("lint", await folder({ ...tagged, ...charts, ...leasing }));
    expect(stdout).toContain("Lease agent: the executor may not");
    expect(stdout).toContain("Lease web: the executor may not");
    // KubeSphere gives these rights to each.
    expect(stdout).not.toContain("Pod");
    const needy = await folder({ ...tagged, "charts/agent/templates/configmap.yaml": '{{ required "set it" .Values.it }}' });
    expect((await call("lint", needy)).stdout).toMatch(/"on a member cluster: .*set it"/);
  });

  test("has the images of its members in the mirror", async () => {
    const archive = join(await folder({}), "shop.tgz");
    await writeFile(archive, (await packageExtension(await source, await helmRendering())).archive);
    const mirrored = await rendersOf(
      { release: "shop", namespace: "shop", extension: "shop", wanted: { chart: "", values: { agent: { tag: 4 } } } },
      [],
      { helm: await findHelm(sandboxCache()), archives: new Map([["shop", archive]]), kubeVersion: undefined },
      INSTALL_AND_UPGRADE,
    );
    const { images } = imagesOf(mirrored ?? [], []);
    expect(images.map(({ reference }) => referenceText(reference))).toEqual(["docker.io/library/agent:4", "docker.io/library/shop:2"]);
  });
});

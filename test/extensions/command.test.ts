/** An extension's life before it is in a stack, as its author calls it: with the real Helm and in a real cluster. */
import { readFile, rm, writeFile } from "fs/promises";
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { join } from "path";
import { loadAll } from "js-yaml";
import { temporaryFolders } from "../support/charts";
import { environment, freshSandbox, type Ran, read, run, sandboxCommand, succeeded } from "../support/sandbox";
import { stackOf } from "../support/stack";

const NAME = "web-shop";
const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let dir: string;
let source: string;
const extension = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", "extension", ...args], { env });

/** An author's file, changed for the time of some work. */
async function changed(path: string, text: string, work: () => Promise<void>): Promise<void> {
  const file = join(source, path);
  const before = await readFile(file, "utf8").catch(() => undefined);
  await writeFile(file, text);
  try {
    await work();
  } finally {
    await (before === undefined ? rm(file) : writeFile(file, before));
  }
}

beforeAll(async () => {
  // Its tools are needed by all; its cluster by those that publish.
  await freshSandbox();
  env = await environment();
  dir = await folder({});
  source = join(dir, NAME);
  succeeded(await extension("new", NAME, "--dir", dir));
});

describe("a new extension", () => {
  test("has nothing to mend", async () => {
    expect(succeeded(await extension("lint", source, "--kube-version", "1.31.0", "--ks-version", "4.1.2"))).toBe(
      `✓ ${NAME} 0.1.0: nothing to mend\n`,
    );
  });

  test("makes what it should, with an Ingress only where KubeSphere has a domain for it", async () => {
    const kinds = async (...args: string[]) =>
      (loadAll(succeeded(await extension("template", source, ...args))) as { kind: string }[]).map(({ kind }) => kind).sort();
    expect(await kinds()).toEqual(["ConfigMap", "Deployment", "JSBundle", "Service"]);
    expect(await kinds("--domain-suffix", "127.0.0.1.nip.io")).toEqual(["ConfigMap", "Deployment", "Ingress", "JSBundle", "Service"]);
    const values = join(await folder({ "values.yaml": `${NAME}:\n  replicas: 3\n` }), "values.yaml");
    const objects = JSON.parse(
      succeeded(await extension("template", source, "--values", values, "--set", `${NAME}.service.port=81`, "--json")),
    ) as { kind: string; spec?: { replicas?: number; ports?: { port: number }[] } }[];
    expect(objects.find(({ kind }) => kind === "Deployment")?.spec?.replicas).toBe(3);
    expect(objects.find(({ kind }) => kind === "Service")?.spec?.ports?.[0]?.port).toBe(81);
  });
});

describe("lint says what would go wrong later, where, and how to mend it", () => {
  const findings = async () => {
    const { code, stdout } = await extension("lint", source, "--json");
    expect(code).toBe(1);
    return (JSON.parse(stdout) as { findings: { path: string; found: string }[] }).findings.map(({ path, found }) => `${path}: ${found}`);
  };

  test("rights that are stated by hand and fall short, or go too far", async () => {
    const rules = 'kind: Role\nrules:\n  - apiGroups: ["", apps]\n    resources: [deployments, services, nodes]\n    verbs: ["*"]\n';
    const lease = "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: leader}\n";
    await changed("templates/lease.yaml", lease, () =>
      // KubeSphere gives the one that is left out to each.
      changed("permissions.yaml", rules.replace("services, ", ""), async () => {
        expect(await findings()).toEqual([
          `${source}/templates/lease.yaml: Lease leader: the executor may not create, delete, get, patch leases.coordination.k8s.io`,
          `${source}/permissions.yaml: the Role grants nodes, which no template makes`,
          `${source}/permissions.yaml: the Role grants nodes.apps, which no template makes`,
        ]);
      }),
    );
  });

  test("an Ingress that leads to no Service", async () => {
    await changed(
      "extension.yaml",
      `${await readFile(join(source, "extension.yaml"), "utf8")}service: {name: ${NAME}, port: 8080}\n`,
      async () => {
        expect(await findings()).toEqual([
          `${source}: charts/base/templates/ingress.yaml: Ingress ${NAME}-extension leads to port 8080 of the Service ${NAME}, which has 80 http`,
        ]);
      },
    );
  });

  test("a template that does not render", async () => {
    await changed("templates/broken.yaml", '{{ fail "no database" }}\n', async () => {
      expect(await findings()).toContainEqual(expect.stringMatching(/no database" is not allowed; allowed: what Helm renders/));
    });
  });

  test("what a cluster serves no more, by the API server itself", async () => {
    const outdated = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: old}\n";
    await changed("templates/outdated.yaml", outdated, async () => {
      const { code, stdout } = await extension("lint", source, "--kubeconfig", String(env["KUBECONFIG"]));
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /"PodDisruptionBudget old of policy\/v1beta1, by \S+outdated\.yaml" is not allowed; allowed: what this cluster serves: Kubernetes v\S+ has policy\/v1,/,
      );
    });
    expect(succeeded(await extension("lint", source, "--kubeconfig", String(env["KUBECONFIG"])))).toBe(
      `✓ ${NAME} 0.1.0: nothing to mend\n`,
    );
  });

  test("a source that is no extension", async () => {
    await changed("Chart.yaml", `name: ${NAME}\nversion: one\n`, async () => {
      expect(await findings()).toEqual([expect.stringContaining(`${source}/Chart.yaml: version: "one" is not allowed`)]);
    });
  });
});

describe("a released extension", () => {
  let server: Server;
  let repository: string;
  beforeAll(async () => {
    repository = await folder({});
    succeeded(await extension("release", source, "extensions/demo", "--to", repository));
    server = createServer((request, response) => {
      readFile(join(repository, request.url ?? "")).then(
        (data) => response.end(data),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
  afterAll(() => server.close());

  const helm = (...args: string[]) =>
    run("helm", [...args, "--repo", `http://127.0.0.1:${(server.address() as AddressInfo).port}`], { env });

  test("is found by Helm's own reader, in the newest version and in those before it", async () => {
    await changed("Chart.yaml", (await readFile(join(source, "Chart.yaml"), "utf8")).replace("0.1.0", "0.2.0"), async () => {
      succeeded(await extension("release", source, "--to", repository));
    });
    expect(succeeded(await helm("show", "chart", NAME))).toContain("\nversion: 0.2.0\n");
    expect(succeeded(await helm("show", "chart", NAME, "--version", "0.1.0"))).toContain("\nversion: 0.1.0\n");
    expect(succeeded(await helm("template", "demo", "demo"))).toContain("kind: JSBundle");
  });
});

describe("published without a stack", () => {
  const core = "/apis/kubesphere.io/v1alpha1";
  const plan = () =>
    read<{ spec: { config: string }; status?: { state?: string } }>(`${core}/installplans/${NAME}`, env).then(
      (found) => found?.status?.state,
    );
  let isDeployed: boolean;
  let objectsBefore: string[];

  beforeAll(async () => {
    isDeployed = (await read(`${core}/extensions`, env)) !== undefined;
    if (!isDeployed) {
      expect((await extension("publish", source)).stderr).toMatch(/^KubeSphere is not installed on https:\S+: it has no Extension/m);
      succeeded(await sandboxCommand(["start"]));
    }
    objectsBefore = await stackOf(env).clusterObjects();
  });
  afterAll(async () => {
    if (!isDeployed) succeeded(await run("pulumi", ["destroy", "--yes", "--skip-preview", "--non-interactive"], { env }));
  });

  test("it is in the Marketplace, then installed, with the author's values", async () => {
    expect(succeeded(await extension("publish", source))).toContain(`${NAME} 0.1.0 is in the Marketplace of https://127.0.0.1:`);
    expect(await plan()).toBeUndefined();
    const config = join(await folder({ "config.yaml": `${NAME}:\n  replicas: 2\n` }), "config.yaml");
    expect(succeeded(await extension("publish", source, "--install", "--config", config))).toContain(`${NAME} 0.1.0 is installed on`);
    expect(await plan()).toBe("Installed");
    const deployments = `/apis/apps/v1/namespaces/extension-${NAME}/deployments`;
    expect((await read<{ spec: { replicas: number } }>(`${deployments}/${NAME}`, env))?.spec.replicas).toBe(2);
  });

  test("a failure ends with KubeSphere's reason and the way to the log, and its mend goes through, all under one version", async () => {
    // Helm renders it, and the API server refuses it.
    const broken = "apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 0}]}\n";
    await changed("templates/broken.yaml", broken, async () => {
      // The second time nothing has changed, so that KubeSphere does nothing either.
      for (const { code, stderr } of [await extension("publish", source, "--install"), await extension("publish", source, "--install")]) {
        expect(code).toBe(1);
        expect(stderr).toMatch(
          new RegExp(`${NAME} 0\\.1\\.0: UpgradeFailed: .*\\n.*kubectl --namespace extension-${NAME} logs job/helm-executor-upgrade-`),
        );
      }
    });
    succeeded(await extension("publish", source, "--install"));
    expect(await plan()).toBe("Installed");
  });

  test("values that no chart reads are refused before anything happens", async () => {
    const config = join(await folder({ "config.yaml": "webshop:\n  replicas: 2\n" }), "config.yaml");
    const { code, stderr } = await extension("publish", source, "--install", "--config", config);
    expect(code).toBe(1);
    expect(stderr).toContain(`${config}: webshop: "[not shown]" is not allowed; allowed: `);
  });

  test("what the stack manages is left to the stack", async () => {
    const before = await read(`${core}/extensions/demo`, env);
    const { code, stderr } = await extension("publish", "extensions/demo", "--install");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^ConfigMap extension-demo-0\.1\.0-chart, ExtensionVersion demo-0\.1\.0, Extension demo, InstallPlan demo: a Pulumi stack manages/m,
    );
    const refused = await extension("unpublish", "demo");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^InstallPlan demo, Extension demo, ExtensionVersion demo-0\.1\.0, .*: a Pulumi stack manages/m);
    expect(await read(`${core}/extensions/demo`, env)).toEqual(before);
  });

  test("unpublished, nothing of it is left, whatever was published of it; a second time says that there is no such extension", async () => {
    const newer = (await readFile(join(source, "Chart.yaml"), "utf8")).replace("0.1.0", "0.2.0");
    await changed("Chart.yaml", newer, async () => {
      succeeded(await extension("publish", source));
    });
    const { removed, kept } = JSON.parse(succeeded(await extension("unpublish", NAME, "--json"))) as { removed: string[]; kept: object[] };
    expect({ removed, kept }).toEqual({
      removed: [
        `InstallPlan ${NAME}`,
        ...["0.1.0", "0.2.0"].map((version) => `ConfigMap kubesphere-system/extension-${NAME}-${version}-chart`),
        `Extension ${NAME}`,
        ...["0.1.0", "0.2.0"].map((version) => `ExtensionVersion ${NAME}-${version}`),
        `ClusterRoleBinding kubesphere:${NAME}:helm-executor`,
        `ClusterRole kubesphere:${NAME}:helm-executor`,
        `Namespace extension-${NAME}`,
      ],
      kept: [],
    });
    expect(await stackOf(env).clusterObjects()).toEqual(objectsBefore);
    const { code, stderr } = await extension("unpublish", NAME);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`has no extension ${NAME}; it has: demo`)]);
  });
});

test("without a kubeconfig, a context or a cluster there, it says which of them", async () => {
  const said = async (...args: string[]) => (await extension("publish", source, ...args)).stderr;
  expect(await said("--kubeconfig", join(dir, "none"))).toContain("none cannot be read (ENOENT): name a kubeconfig with --kubeconfig");
  expect(await said("--context", "prod")).toMatch(/there is no context "prod": it has \S+/);
  const kubeconfig = (await readFile(env["KUBECONFIG"] as string, "utf8")).replace(/https:\/\/127\.0\.0\.1:\d+/, "https://127.0.0.1:1");
  const dead = join(await folder({ kubeconfig }), "kubeconfig");
  expect(await said("--kubeconfig", dead)).toMatch(
    /^https:\/\/127\.0\.0\.1:1 cannot be asked: connect ECONNREFUSED 127\.0\.0\.1:1\. Is the cluster up/m,
  );
});

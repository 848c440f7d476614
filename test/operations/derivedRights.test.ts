/**
 * Charts of every construct, installed by an account that has the derived rights and no others: what the API server refuses it fails the
 * executor's Job. Then one of each family is changed, upgraded and removed under the same rights.
 */
import { accessCluster } from "../../components/cluster/clusterAccess";
import type { Settings } from "../../settings/settings";
import { builtInResources } from "../../kubesphere/chart/apiResources";
import type { Values } from "../../kubesphere/chart/helmValues";
import { temporaryFolders, type Files } from "../support/charts";
import { allRows, type TableRow } from "../support/chartTable";
import { extensionStack, type ExtensionStack } from "../support/extensionStack";
import { executorLogs } from "../support/podLogs";
import { api, environment } from "../support/sandbox";

const YOUNG = "1.1.0";
/** One of each family: with values that change what is made, or the rights that it takes. */
const CHANGED: Readonly<Record<string, Values>> = {
  "extra-objects": {
    "extra-objects": { extraObjects: [{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "{{ .Release.Name }}" } }] },
  },
  ranged: { ranged: { quotas: ["b", "c"], ports: [8080, 8081] } },
  stateful: { stateful: { history: 3 } },
  "ingress-off": { "ingress-off": { ingress: { enabled: true } } },
  conditions: { conditions: { quota: { enabled: false } }, tags: { caching: true } },
  "on-upgrade": { "on-upgrade": { limit: 2 } },
};
const UPGRADED = ["cluster-role", "operator", "crds-template", "hooks", "own-ingress", "packed-subchart", "elsewhere", "ternary"];
/** With the one whose API does not answer: as long as it is there, Kubernetes removes no namespace. */
const REMOVED = ["aggregated", "elsewhere", "crds-folder", "operator", "hooks", "own-api", "secure", "helm-two", "stateful"];

const MANAGER = "/apis/apps/v1/namespaces/kubesphere-system/deployments/ks-controller-manager";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** Of `crds/` of those that are removed. */
const LEFT = ["mice.folder.example", "widgets.operator.example"];

const folder = temporaryFolders();
let stack: ExtensionStack;
const sources = new Map<string, { readonly old: string; readonly young: string }>();
extensionStack(async (ready) => {
  stack = ready;
  // Else KubeSphere gives many of them to each extension.
  const annotations = { "sandbox.kubesphere-luban/grants-stated-alone": "true" };
  await api(await environment(), "PATCH", MANAGER, { metadata: { annotations } });
  for (const { name, files } of allRows) {
    const read = typeof files === "function" ? await files() : files;
    sources.set(name, { old: await folder(read), young: await folder(upgraded(read)) });
  }
});

/** What the younger versions of charts no longer make, cluster-wide and in the namespace. */
const LEAVING = ["templates/elsewhere.yaml", "templates/workload.yaml"];
const upgraded = (files: Files): Files => ({
  ...Object.fromEntries(Object.entries(files).filter(([path]) => !LEAVING.includes(path))),
  "Chart.yaml": `${files["Chart.yaml"] as string}`.replace("1.0.0", YOUNG),
});

interface Declared {
  readonly config?: Values | undefined;
  readonly isUpgraded?: boolean;
}

const declared = ({ name, config: ownConfig }: TableRow, { config = ownConfig, isUpgraded = false }: Declared = {}) => {
  const { old, young } = sources.get(name) ?? { old: "", young: "" };
  return { versions: (isUpgraded ? [old, young] : [old]).map((source) => ({ source })), install: config === undefined ? {} : { config } };
};
const changedRow = (row: TableRow) => declared(row, { config: CHANGED[row.name] ?? row.config, isUpgraded: UPGRADED.includes(row.name) });

/** Wants what the cluster does not serve. */
const FAILING = "switched-off";
const withFailing = (row: TableRow) =>
  row.name === FAILING ? declared(row, { config: { [FAILING]: { certificate: { enabled: true } } } }) : changedRow(row);

const states = async (rows: readonly TableRow[]) =>
  Object.fromEntries(
    await Promise.all(
      rows.map(async ({ name }) => {
        const { state, version } = (await stack.plan(name)) ?? {};
        return [name, `${state as string} ${version as string}`] as const;
      }),
    ),
  );
const installed = (rows: readonly TableRow[], isUpgraded: (name: string) => boolean) =>
  Object.fromEntries(rows.map(({ name, version = "1.0.0" }) => [name, `Installed ${isUpgraded(name) ? YOUNG : version}`]));

/** What the executors' Pods said of it; all of them are there: KubeSphere keeps each extension's last. */
async function refusals(): Promise<string[]> {
  const logs = await executorLogs(await environment());
  expect(logs.length).toBeGreaterThanOrEqual(allRows.length);
  return logs.filter((log) => /forbidden/i.test(log));
}

interface Ingress {
  spec: { rules: { host: string; http: { paths: { backend: { service: { name: string; port: { number: number } } } }[] } }[] };
}
interface Service {
  spec: { ports: { port: number }[] };
}

/** Where the extension's address leads, as `name:port`, of a Service and a port that are there. */
async function served(name: string): Promise<string | undefined> {
  const namespace = `extension-${name}`;
  const ingress = await stack.get<Ingress>(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}-extension`);
  const backend = ingress?.spec.rules[0]?.http.paths[0]?.backend.service;
  if (backend === undefined) return undefined;
  const service = await stack.get<Service>(`/api/v1/namespaces/${namespace}/services/${backend.name}`);
  return service?.spec.ports.some(({ port }) => port === backend.port.number) ? `${backend.name}:${backend.port.number}` : "nowhere";
}

test("rights are for kinds under the names and scopes that the API server gives them: all that it serves itself is in our table", async () => {
  const { KUBECONFIG: kubeconfig } = await environment();
  const { resources } = await (await accessCluster({ kubeconfig } as Settings["cluster"])).discovery();
  const groups = new Set(builtInResources.map(({ group }) => group));
  const served = resources.filter(({ group }) => groups.has(group));
  expect(served.length).toBeGreaterThan(60);
  expect(builtInResources).toEqual(expect.arrayContaining(served));
});

test("each is installed with the derived rights alone", async () => {
  await stack.configure({ extensions: allRows.map((row) => declared(row)) });
  await stack.deploy();
  expect(await states(allRows)).toEqual(installed(allRows, () => false));
  expect(await refusals()).toEqual([]);
});

test("the address of each leads to a Service that is there, and nothing has an address that leads nowhere", async () => {
  const found = await Promise.all(allRows.map(async ({ name }) => [name, await served(name)] as const));
  const hasOwnAddress = ({ config }: TableRow) => JSON.stringify(config ?? {}).includes('"extIngress":false');
  const expected = allRows.map((row) => [row.name, hasOwnAddress(row) ? undefined : row.ui?.replace(" HTTPS", "")]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

test("KubeSphere does not know what a list holds as the extension's: its kustomize opens lists", async () => {
  for (const path of ["services/listed", "resourcequotas/listed"]) {
    const found = await stack.get<{ metadata: { labels?: unknown } }>(`/api/v1/namespaces/extension-listed/${path}`);
    expect(found?.metadata.labels).toMatchObject({ "kubesphere.io/extension-ref": "listed" });
  }
});

test("one of each family is changed and upgraded with the rights that are derived anew", async () => {
  await stack.configure({ extensions: allRows.map(changedRow) });
  await stack.deploy();
  expect(await states(allRows)).toEqual(installed(allRows, (name) => UPGRADED.includes(name)));
  expect(await refusals()).toEqual([]);
  expect(await stack.names("/apis/scheduling.k8s.io/v1/priorityclasses")).toContain("on-upgrade");
  const quotas = (name: string) => stack.names(`/api/v1/namespaces/extension-${name}/resourcequotas`);
  expect([await quotas("extra-objects"), await quotas("ranged"), await quotas("conditions")]).toEqual([
    ["extra-objects"],
    ["ranged-b", "ranged-c"],
    [],
  ]);
});

test("what the younger version makes no more is gone, although it needs no right on it", async () => {
  const left = [
    await stack.names("/api/v1/namespaces/default/limitranges"),
    await stack.names("/apis/apps/v1/namespaces/extension-ternary/daemonsets"),
  ];
  expect(left).toEqual([[], []]);
});

test("what the cluster does not serve fails for that, and not for want of a right that a switch in the values takes", async () => {
  const rows = allRows.filter(({ name }) => name === FAILING);
  await stack.configure({ extensions: allRows.map(withFailing) });
  const failed = await stack.up();
  expect(failed.stdout + failed.stderr).toMatch(/extension switched-off: UpgradeFailed: /);
  expect(await states(rows)).toEqual({ "switched-off": expect.stringMatching(/^UpgradeFailed/) as string });
  expect(await refusals()).toEqual([]);
});

test("one of each family is removed with all that it made, but for CRDs that Helm leaves, although another one has failed before", async () => {
  const kept = allRows.filter(({ name }) => !REMOVED.includes(name));
  await stack.configure({ extensions: kept.map(withFailing) });
  const removing = await stack.up();
  expect([removing.code, removing.stdout + removing.stderr]).toEqual([
    0,
    expect.stringMatching(/extension switched-off: UpgradeFailed: [^]*this one removes [^]*elsewhere/),
  ]);
  for (const crd of LEFT) expect(removing.stdout + removing.stderr).toContain(`CustomResourceDefinition ${crd} stays: `);
  const isOfRemoved = (object: string) => REMOVED.some((name) => new RegExp(`[ /:-]${name}(?:$|[:-])`).test(object));
  expect((await stack.clusterObjects()).filter(isOfRemoved)).toEqual([]);
  const left = (await stack.names(CRDS)).filter((name) => name.endsWith(".example"));
  expect(left).toEqual(["geese.template.example", ...LEFT]);
  const env = await environment();
  for (const name of LEFT) await api(env, "DELETE", `${CRDS}/${name}`);
});

test("an old failure ends each run that has nothing to remove", async () => {
  const again = await stack.up();
  expect([again.code === 0, again.stdout + again.stderr]).toEqual([
    false,
    expect.stringContaining("extension switched-off: UpgradeFailed: "),
  ]);
});

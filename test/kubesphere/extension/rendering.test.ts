import { randomBytes } from "crypto";
import { isDeepStrictEqual } from "util";
import { readExtension, pack } from "../../../kubesphere/extension/extensionPackage";
import type { RenderRequest } from "../../../kubesphere/chart/chartRenderer";
import type { Installing } from "../../../kubesphere/extension/renderedParts";
import type { Learnt, Memory, Rendering } from "../../../kubesphere/extension/rendering";
import { EXTENSION, SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { ingress, rendered, service } from "../../support/rendered";
import { fails, standInRendering } from "../../support/rendering";

const folder = temporaryFolders();
const PATH = "kubesphere:extensions[0].install.config";
const installing = (values: Installing["values"] = {}): Installing => ({ values, path: PATH });
const packed = async (files: Files, rendering: Rendering, install?: Installing) =>
  pack(await readExtension(await folder({ ...SMALL_CHART, ...files })), rendering, install);
const WEB = [service("web", "http:8080")];
/** As the base chart makes it. */
const OURS = ingress("web-extension", "web.127.0.0.1.nip.io", "/ ui:80");

describe("a package is what Helm makes of it, as KubeSphere will install it", () => {
  test("Helm is asked for the release, the namespace and the values of an install: the stack's under what KubeSphere sets", async () => {
    const requests: RenderRequest[] = [];
    const rendering = standInRendering((request) => (requests.push(request), WEB));
    await packed({}, rendering, { ...installing({ web: { replicas: 2 }, global: { portal: { url: "mine" } } }), namespace: "shop" });
    const { injected, cluster } = rendering;
    expect(requests.map(({ release, namespace, values }) => ({ release, namespace, values }))).toEqual([
      { release: "web", namespace: "shop", values: { ...injected, tags: { extension: true, agent: false } } },
      { release: "web", namespace: "shop", values: { web: { replicas: 2 }, ...injected, tags: { extension: true, agent: false } } },
    ]);
    expect(requests.every((request) => request.cluster === cluster)).toBe(true);
  });

  test("the rights are those of both: what the stack's values add, and what the console's user gets without them", async () => {
    const rendering = standInRendering(({ values }) => [...WEB, rendered(values["web"] ? "batch/v1 Job web" : "apps/v1 DaemonSet web")]);
    const { rules } = await packed({}, rendering, installing({ web: { job: true } }));
    expect(rules.flatMap(({ resources }) => resources)).toEqual(expect.arrayContaining(["jobs", "daemonsets"]));
  });

  test("what its author left to be set is no mistake once a stack sets it", async () => {
    const rendering = standInRendering(({ values }) => (values["web"] ? WEB : fails("execution error: set it")()));
    expect((await packed({}, rendering, installing({ web: { it: 1 } }))).learnt.ui?.service).toEqual({ name: "web", port: 8080 });
    await expect(packed({}, rendering)).rejects.toThrow(/"execution error: set it" is not allowed; allowed: what Helm renders/);
  });

  test("values that Helm does not render with are told by their key, before anything is made", async () => {
    const rendering = standInRendering(({ values }) => (values["web"] ? fails("web: replicas is required")() : WEB));
    await expect(packed({}, rendering, installing({ web: {} }))).rejects.toThrow(`${PATH}: "web: replicas is required" is not allowed`);
  });
});

test("a package for HAProxy says to it that the UI speaks TLS, or people get an error page; one for ingress-nginx is as it always was", async () => {
  const secure = standInRendering(() => [service("web", "https:8443"), ingress("api", "api.example.com", "/ web:8443")]);
  const valuesFor = async (told: Rendering["ingress"]) => {
    const draft = await readExtension(await folder(SMALL_CHART));
    const { learnt } = await pack(draft, { ...secure, ingress: told });
    const values = draft.finish(learnt).find(({ path }) => path === "values.yaml");
    return { notes: learnt.notes, values: String(values && "data" in values ? Buffer.from(values.data) : "") };
  };
  expect((await valuesFor({ controller: "haproxy", className: "haproxy" })).values).toMatch(
    /extSvcProtocol: HTTPS\n +extAnnotations:\n +haproxy\.org\/server-ssl: ['"]true['"]\n/,
  );
  expect((await valuesFor(undefined)).values).not.toContain("extAnnotations");
  expect((await valuesFor({ controller: "contour", className: "contour" })).notes).toEqual([
    'its Service web speaks TLS on port 8443, and Contour takes it for plain HTTP without the Service\'s annotation projectcontour.io/upstream-protocol.tls: "8443"',
  ]);
});

test("what the release is to have is kept of an install and of an upgrade: what is lost of it is missed by later runs", async () => {
  const hook = { ...rendered("v1 ConfigMap before"), metadata: { name: "before", annotations: { "helm.sh/hook": "pre-install" } } };
  const rendering = standInRendering(({ chart }) => [...WEB, hook, ...(chart.includes("-upgrade") ? [rendered("v1 Secret later")] : [])]);
  const { learnt } = await packed({ "templates/later.yaml": "{{ if .Release.IsUpgrade }}\n{{ end }}\n" }, rendering);
  expect(learnt.made).toEqual([
    { apiVersion: "v1", kind: "Service", name: "web" },
    { apiVersion: "v1", kind: "Secret", name: "later" },
  ]);
});

test("a menu entry that 4.2 has no place for is known of a package, or the preview of the way there would pass over it", async () => {
  const entry = { ...rendered("extensions.kubesphere.io/v1alpha1 ExtensionEntry web"), spec: { entries: [{ parent: "topbar" }] } };
  const { learnt } = await packed(
    {},
    standInRendering(() => [...WEB, entry]),
  );
  expect(learnt.goneEntries).toMatchObject([{ place: "topbar", by: "ExtensionEntry web" }]);
});

describe("the UI", () => {
  const switched: Files = { "values.yaml": "ingress: {enabled: false}\n" };
  const exposing = standInRendering(({ values }) => [
    service("api", "http:80"),
    service("front", "http:80"),
    ...(JSON.stringify(values["web"] ?? "").includes('"enabled":true') ? [ingress("web", "x", "/ front:80")] : []),
  ]);

  test("is where the chart's own Ingress would lead, if it were switched on", async () => {
    expect((await packed(switched, exposing)).learnt.ui).toMatchObject({ service: { name: "front", port: 80 }, isByIngress: true });
  });

  test("is what its author states, or none", async () => {
    const stated = await packed({ "extension.yaml": "service: {name: api, port: 80, protocol: HTTPS}" }, exposing);
    expect(stated.learnt.ui?.service).toEqual({ name: "api", port: 80, protocol: "HTTPS" });
    expect((await packed({ "extension.yaml": "service: false" }, exposing)).learnt.ui).toBeUndefined();
  });

  test("is what the stack's config says in its place", async () => {
    const { learnt } = await packed(
      {},
      standInRendering(() => []),
      installing({ base: { extSvcName: "other", extSvcPort: 81 } }),
    );
    expect(learnt.ui?.service).toEqual({ name: "other", port: 81 });
  });

  test("has an address and a menu entry only where there is one", async () => {
    const made = [OURS, rendered("extensions.kubesphere.io/v1alpha1 JSBundle web-js")];
    const served = (
      await packed(
        {},
        standInRendering(() => [...WEB, ...made]),
      )
    ).learnt;
    expect(served).toMatchObject({ hosts: ["web.127.0.0.1.nip.io"], hasFrontEnd: true });
    const none = (
      await packed(
        {},
        standInRendering(() => [service("web", "tcp:5432"), ...made]),
      )
    ).learnt;
    expect(none).toMatchObject({ ui: undefined, hosts: [], hasFrontEnd: false });
  });

  test("is not wanted twice at one address: an ingress controller heeds one of them, and nobody knows which", async () => {
    const rendering = standInRendering(() => [...WEB, OURS, ingress("web", "web.127.0.0.1.nip.io", "/ web:8080")]);
    await expect(packed({}, rendering, installing())).rejects.toThrow(
      `${PATH}: "the chart's own Ingress web for web.127.0.0.1.nip.io/" is not allowed; allowed: one Ingress for each host and path, and the package adds one for the extension's address. \`base: {extIngress: false}\``,
    );
  });
});

test("CRDs, which may be megabytes, are rendered although nobody asks for them: for a guess, and for an upgrade, which Helm makes none of", async () => {
  const requests: RenderRequest[] = [];
  const rendering = standInRendering((request) => (requests.push(request), [service("a", "http:80"), service("b", "http:80")]));
  const asking = "{{ if .Release.IsUpgrade }}{{ end }}";
  await packed({ "values.yaml": "ingress: {enabled: false}\n", "templates/upgrade.yaml": asking }, rendering);
  expect(requests.map(({ chart, values, withCrds }) => [/-upgrade\.tgz$/.test(chart), Object.hasOwn(values, "web"), withCrds])).toEqual([
    [false, false, true],
    [true, false, false],
    [false, true, false],
  ]);
});

test("a chart that comes twice, under two aliases, is refused for the CRDs that it has in crds/: these never meet kustomize", async () => {
  const crd = rendered("apiextensions.k8s.io/v1 CustomResourceDefinition a.example");
  const rendering = standInRendering(({ withCrds }) => [...WEB, ...(withCrds === false ? [] : [crd, crd])]);
  const file = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a.example }\n";
  await expect(packed({ "crds/a.yaml": file }, rendering)).resolves.toBeDefined();
  const asking = "{{ if .Release.IsUpgrade }}{{ end }}";
  await expect(packed({ "crds/a.yaml": file, "templates/upgrade.yaml": asking }, rendering)).resolves.toBeDefined();
  await expect(packed({}, rendering)).rejects.toThrow('"CustomResourceDefinition a.example twice" is not allowed');
});

describe("an extension for several clusters", () => {
  const stated = EXTENSION["extension.yaml"] as string;
  const tagged = stated.replace(
    /^dependencies: .*$/m,
    "dependencies: [{name: web, tags: [extension]}, {name: agent, tags: [agent], condition: on.a}]",
  );
  const packedAs = async (rendering: Rendering, mode = "Multicluster") =>
    pack(await readExtension(await folder({ ...EXTENSION, "extension.yaml": tagged.replace("Multicluster", mode) })), rendering);
  const isAgent = ({ values }: RenderRequest) => (values["tags"] as { agent: boolean }).agent;

  test("is rendered as KubeSphere installs it on the host, and on a member: by tags, conditions, the release's name", async () => {
    const requests: RenderRequest[] = [];
    const rendering = standInRendering((request) => (requests.push(request), []));
    await packedAs(rendering);
    const { injected } = rendering;
    const { global } = injected as { global: object };
    expect(requests.map(({ release, values }) => ({ release, values }))).toEqual([
      { release: "shop", values: { ...injected, tags: { extension: true, agent: false }, on: { a: false } } },
      {
        release: "shop-agent",
        values: { global: { ...global, clusterInfo: { name: "member", role: "member" } }, tags: { extension: false, agent: true } },
      },
    ]);
    requests.length = 0;
    await packedAs(rendering, "HostOnly");
    expect(requests.map(({ release }) => release)).toEqual(["shop"]);
  });

  test("may make on each cluster what would be there twice on one", async () => {
    const object = rendered("v1 Namespace logging");
    await expect(packedAs(standInRendering(() => [object]))).resolves.toBeDefined();
    for (const onlyOnMembers of [false, true])
      await expect(
        packedAs(standInRendering((request) => (isAgent(request) === onlyOnMembers ? [object, object] : [object]))),
      ).rejects.toThrow('"Namespace logging twice" is not allowed');
  });

  test("that Helm does not render for a member is told so, where the host alone would pass", async () => {
    const rendering = standInRendering((request) => (isAgent(request) ? fails("set region")() : []));
    await expect(packedAs(rendering)).rejects.toThrow('"on a member cluster: set region" is not allowed');
  });

  test("has the rights for what a member's own values make, which are rendered too, and told by their key", async () => {
    const key = `${PATH.replace("config", "clusterScheduling.overrides.edge")}`;
    const draft = await readExtension(
      await folder({ ...EXTENSION, "extension.yaml": tagged, "permissions.yaml": "kind: Role\nrules: []\n" }),
    );
    const install = { ...installing({ web: { a: 1 } }), overrides: [{ path: key, values: { web: { b: 2 } } }] };
    const rendering = standInRendering(({ values }) =>
      isDeepStrictEqual(values["web"], { a: 1, b: 2 }) ? [rendered("batch/v1 Job edge")] : [],
    );
    const { learnt } = await pack(draft, rendering, install);
    expect(learnt.rules.flatMap(({ resources }) => resources)).toContain("jobs");
    const failing = standInRendering(({ values }) => (Object.hasOwn(values["web"] ?? {}, "b") ? fails("no b")() : []));
    await expect(pack(draft, failing, install)).rejects.toThrow(`${key}: "on a member cluster: no b" is not allowed`);
  });

  test("has its URLs, menu entry and waits by what the host gets; its record by the larger of both", async () => {
    const front = rendered("extensions.kubesphere.io/v1alpha1 JSBundle shop");
    const large = { ...rendered("v1 ConfigMap large"), data: { text: randomBytes(50_000).toString("hex") } };
    const { learnt } = await packedAs(standInRendering((request) => (isAgent(request) ? [front, OURS, large] : [])));
    expect(learnt).toMatchObject({ hosts: [], hasFrontEnd: false });
    expect(learnt.record.most[0]).toMatchObject({ what: "ConfigMap large" });
  });
});

test("rights that are stated by hand stand, with what is added to the chart: its author knows nothing of that", async () => {
  const stated = { "permissions.yaml": 'kind: Role\nrules: [{apiGroups: [apps], resources: [deployments], verbs: ["*"]}]\n' };
  const made = [rendered("v1 ConfigMap web-cm-iframe"), rendered("extensions.kubesphere.io/v1alpha1 JSBundle web-js")];
  const { rules, clusterRules } = await packed(
    stated,
    standInRendering(() => [...WEB, ...made, rendered("batch/v1 Job web")]),
  );
  expect(rules.flatMap(({ resources }) => resources)).toEqual(["secrets", "configmaps", "deployments"]);
  expect(clusterRules.flatMap(({ resources }) => resources)).toEqual(["jsbundles", "jsbundles"]);
});

describe("what a render has taught is kept", () => {
  class Kept implements Memory {
    readonly known = new Map<string, Learnt>();
    get = (key: string) => Promise.resolve(this.known.get(key));
    put = (key: string, learnt: Learnt) => Promise.resolve(void this.known.set(key, learnt));
  }
  let asked = 0;
  const counting = (memory: Memory, more: Partial<Rendering> = {}): Rendering => ({
    ...standInRendering(() => (asked++, WEB)),
    memory,
    ...more,
  });
  beforeEach(() => {
    asked = 0;
  });

  test("so that an unchanged extension costs no render, and is the same package", async () => {
    const memory = new Kept();
    const first = await packed({}, counting(memory));
    const second = await packed({}, counting(memory));
    expect([asked, second.digest, second.learnt]).toEqual([1, first.digest, first.learnt]);
  });

  test.each<[what: string, files: Files, more: Partial<Rendering>, install: Installing | undefined]>([
    ["a file", { "templates/more.yaml": "# more" }, {}, undefined],
    ["a value", {}, {}, installing({ web: { a: 1 } })],
    ["what KubeSphere sets", {}, { injected: {} }, undefined],
    ["the cluster", {}, { cluster: { kubeVersion: "1.30.0", apiVersions: [], resources: [] } }, undefined],
    ["Helm", {}, { renderer: { ...standInRendering(() => (asked++, WEB)).renderer, id: "another" } }, undefined],
  ])("until %s changes", async (_, files, more, install) => {
    const memory = new Kept();
    await packed({}, counting(memory));
    const before = asked;
    await packed(files, counting(memory, more), install);
    expect(asked).toBeGreaterThan(before);
  });

  test("and holds nothing of the values, which may be credentials", async () => {
    const memory = new Kept();
    const secretive = standInRendering(() => [...WEB, rendered("v1 Secret web", { stringData: { password: "planted-secret" } })]);
    await packed({}, { ...secretive, memory }, installing({ web: { password: "planted-secret" } }));
    expect(memory.known.size).toBe(1);
    expect(JSON.stringify([...memory.known])).not.toContain("planted-secret");
  });
});

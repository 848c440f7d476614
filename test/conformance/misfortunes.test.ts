/** What goes wrong in a life of a stack beyond what was recorded: expected as the official provider's users and sources tell of it. */
import { pulumi, stateOf, type Outcome, type Stack } from "./engine";
import { kubeconfig } from "./kubeconfigs";
import { prepare } from "./preparations";
import { packCharts } from "./replay";
import { place, type Place } from "./sandbox";
import { withStack } from "./stack";
import type { Declared, JsonObject, Operation, Step } from "./vectors";

let here: Place;
beforeAll(async () => {
  here = await place();
});

interface Session {
  readonly stack: Stack;
  run(step: Pick<Step, "command" | "args" | "env">, program?: readonly Declared[], provider?: JsonObject): Promise<Outcome>;
  /** Lines as the recorder ran them. */
  prepare(...lines: readonly string[]): Promise<void>;
}

const session = (name: string, work: (session: Session) => Promise<void>): Promise<void> =>
  withStack(here, name, async (stack) => {
    await packCharts(stack);
    await work({
      stack,
      run: (step, program = [], { kubeconfig: user = "$admin", ...more } = {}) => {
        const settings = { clusterIdentifier: "lab", enableConfigMapMutable: true, ...more };
        return pulumi(stack, step, program, { ...settings, kubeconfig: kubeconfig(here, String(user), stack.cwd) });
      },
      prepare: async (...lines) => {
        for (const line of lines) await prepare(here, stack.cwd, line);
      },
    });
  });

const up = { command: "up" } as const;
const preview = { command: "preview" } as const;
const refresh = { command: "refresh" } as const;
const destroy = { command: "destroy" } as const;

const ops = ({ ops }: Outcome) => Object.fromEntries(ops.map(({ urnName, op, failed }) => [urnName, failed ? `${op} failed` : op]));
const diffOf = ({ ops }: Outcome, name: string): Operation["detailedDiff"] =>
  ops.find(({ urnName }) => urnName === name)?.detailedDiff ?? null;
const objectOf = async (kind: string, name: string, namespace?: string) =>
  (await here.api.ask("GET", `${await here.api.collection(kind, namespace)}/${name}`)).object;

const configMap = (namespace: string, data: JsonObject, annotations: JsonObject = {}): Declared => ({
  urnName: "settings",
  type: "kubernetes:core/v1:ConfigMap",
  inputs: { metadata: { name: "settings", namespace, annotations }, data },
});
const workload = (kind: string, namespace: string, annotations: JsonObject, podSpec: JsonObject, more: JsonObject = {}): Declared => {
  const labels = { app: "web" };
  const spec = { containers: [{ name: "main", image: "example/web:1" }], ...podSpec };
  return {
    urnName: "web",
    type: `kubernetes:apps/v1:${kind}`,
    inputs: {
      metadata: { name: "web", namespace, annotations },
      spec: { ...more, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  };
};
const NOWHERE = { nodeSelector: { "example.com/none": "true" } };

test("a rollout that can never be scheduled ends with what is missing, stays in state as what failed, and is taken back", () =>
  session("never-rolled-out", async ({ stack, run, prepare }) => {
    const web = (podSpec: JsonObject) => [workload("Deployment", "never-rolled-out", { "pulumi.com/timeoutSeconds": "6" }, podSpec)];
    await prepare("kubectl create ns never-rolled-out");
    expect(ops(await run(up, web({})))).toEqual({ web: "create" });
    const failed = await run(up, web(NOWHERE));
    const [first = "", second] = [
      `the Kubernetes API server reported that "never-rolled-out/web" failed to fully initialize or become live: 'web' timed out waiting to be Ready`,
      "Minimum number of Pods to consider the application live was not attained",
    ];
    expect({ ops: ops(failed), errors: failed.errors }).toEqual({
      ops: { web: "update failed" },
      errors: [`web: 2 errors occurred:\n\t* ${first}\n\t* ${second}`],
    });
    expect((await stateOf(stack))[0]?.["initErrors"]).toEqual([first, second]);
    const back = await run(preview, web({}));
    expect(diffOf(back, "web")).toEqual({ "spec.template.spec.nodeSelector": { kind: "delete", inputDiff: true } });
    // Broken as it is, it is no less so after a refresh.
    await run(refresh);
    expect((await stateOf(stack))[0]?.["initErrors"]).toEqual(["Resource 'web' was created but failed to initialize", second]);
    expect(ops(await run(up, web({})))).toEqual({ web: "update" });
    expect((await stateOf(stack))[0]?.["initErrors"]).toBeUndefined();
  }));

test("what was in a namespace that others deleted is gone from the state after a refresh, or up would think it there", () =>
  session("gone-namespace", async ({ run, prepare }) => {
    const program: Declared[] = [
      { urnName: "home", type: "kubernetes:core/v1:Namespace", inputs: { metadata: { name: "gone-namespace" } } },
      { ...configMap("gone-namespace", { a: "1" }), opts: { dependsOn: ["home"] } },
      release("gone-namespace", {}, { dependsOn: ["home"] }),
    ];
    expect((await run(up, program)).exitCode).toBe(0);
    await prepare("kubectl delete ns gone-namespace");
    expect(ops(await run({ command: "preview", args: ["--refresh"] }, program))).toMatchObject({
      home: "create",
      settings: "create",
      app: "create",
    });
    expect(ops(await run(refresh))).toEqual({ home: "delete", settings: "delete", app: "delete" });
  }));

const ACCOUNT = "# a ServiceAccount system:serviceaccount:weak-home:reader with get, list, watch on configmaps in namespace weak";

test("a change without the right to make it passes the preview, where up may have more rights, and fails in up with the server's words", () =>
  session("weak", async ({ stack, run, prepare }) => {
    await prepare(ACCOUNT);
    await run(up, [configMap("weak", { a: "1" })]);
    const limited = { kubeconfig: "$limited" };
    const changed = [configMap("weak", { a: "2" })];
    const seen = await run(preview, changed, limited);
    expect({ exitCode: seen.exitCode, ops: ops(seen), errors: seen.errors }).toMatchObject({
      exitCode: 0,
      ops: { settings: "update" },
      errors: [],
    });
    const failed = await run(up, changed, limited);
    expect({ exitCode: failed.exitCode, ops: ops(failed) }).toMatchObject({ exitCode: 1, ops: { settings: "update failed" } });
    expect(failed.errors.join("\n")).toContain(
      `"weak/settings" failed to fully initialize or become live: configmaps "settings" is forbidden: User "system:serviceaccount:weak-home:reader" cannot patch`,
    );
    // The change is still to be made: the state knows what is there.
    expect((await stateOf(stack))[0]).toMatchObject({ inputs: { data: { a: "1" } }, outputs: { data: { a: "1" } } });
    expect(diffOf(await run(preview, changed), "settings")).toEqual({ "data.a": { kind: "update", inputDiff: false } });
  }));

describe("a cluster that is away, where what was on it may be forgotten", () => {
  const FORGET = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
  const away = { kubeconfig: "$unreachable" };

  test("a preview says what would be made again and why; without the leave it fails; a release is not destroyed unseen", () =>
    session("away", async ({ run, prepare }) => {
      await prepare("kubectl create ns away");
      const program = [configMap("away", { a: "1" }), release("away", {})];
      await run(up, program);
      // The state's provider is the one that a refresh asks.
      await run(up, program, away);
      const refused = await run({ command: "preview", args: ["--refresh"] }, program, away);
      expect(refused.exitCode).toBe(1);
      expect(refused.errors.join("\n")).toContain("failed to read resource state due to unreachable cluster.");
      const seen = await run({ command: "preview", args: ["--refresh"], env: FORGET }, program, away);
      expect({ exitCode: seen.exitCode, ops: ops(seen) }).toMatchObject({ exitCode: 0, ops: { settings: "create", app: "create" } });
      expect(seen.warnings.join("\n")).toContain("settings: configured Kubernetes cluster is unreachable: ");
      const forgotten =
        "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. Deleting the unreachable resource from Pulumi state";
      expect([...seen.info].sort()).toEqual([`app: ${forgotten}`, `settings: ${forgotten}`]);
      const destroyed = await run({ ...destroy, env: FORGET });
      expect(destroyed.errors.join("\n")).toContain("app: can't delete Helm Release with unreachable cluster. Reason: ");
      expect((await run({ ...refresh, env: FORGET })).exitCode).toBe(0);
    }));
});

test("what is let be on a cluster that is away would fail the run, be forgotten, or never be changed again", () =>
  session("let-be", async ({ run, prepare }) => {
    const env = { PULUMI_K8S_SKIP_UPDATE_UNREACHABLE: "true" };
    const [made, changed] = [{ a: "1" }, { a: "2" }].map((data) => [configMap("let-be", data)]);
    await prepare("kubectl create ns let-be");
    await run(up, made);
    const left = await run({ ...up, env }, changed, { kubeconfig: "$unreachable" });
    expect({ exitCode: left.exitCode, ops: ops(left) }).toMatchObject({ exitCode: 0, ops: {} });
    expect(left.warnings).toContain("settings: Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...");
    expect((await run({ ...refresh, env })).exitCode).toBe(0);
    expect(ops(await run(up, changed))).toMatchObject({ settings: "update" });
  }));

const release = (namespace: string, values: JsonObject, opts: JsonObject = {}): Declared => ({
  urnName: "app",
  type: "kubernetes:helm.sh/v3:Release",
  inputs: { name: "app", namespace, chart: "./charts/mini-0.1.0.tgz", values, timeout: 30 },
  opts,
});

test("a release put back after its upgrade's hook failed shows what is taken back: unseen, it would stay as it failed", () =>
  session("put-back", async ({ run, prepare }) => {
    await prepare("kubectl create ns put-back");
    await run(up, [release("put-back", {})]);
    expect(ops(await run(up, [release("put-back", { hookFails: true })]))).toEqual({ app: "update failed" });
    const taken = { "values.hookFails": { kind: "delete", inputDiff: true } };
    expect(diffOf(await run(preview, [release("put-back", {})]), "app")).toEqual(taken);
    expect(ops(await run(refresh))).toMatchObject({ app: expect.stringMatching(/same|update/) as string });
    expect(diffOf(await run(preview, [release("put-back", {})]), "app")).toEqual(taken);
  }));

test("a DaemonSet that no node runs is made, changed and deleted at once where nobody waits for it", () =>
  session("no-node", async ({ run, prepare }) => {
    await prepare("kubectl create ns no-node");
    const agent = (image: string) => [
      workload("DaemonSet", "no-node", { "pulumi.com/skipAwait": "true" }, { ...NOWHERE, containers: [{ name: "main", image }] }),
    ];
    expect(ops(await run(up, agent("example/web:1")))).toEqual({ web: "create" });
    expect(ops(await run(up, agent("example/web:2")))).toEqual({ web: "update" });
    expect(ops(await run(refresh))).toEqual({ web: "same" });
    expect(ops(await run(up, agent("example/web:2")))).toEqual({ web: "same" });
    expect(await run(destroy)).toMatchObject({ exitCode: 0, errors: [] });
  }));

describe("what another manager owns", () => {
  const THEIRS = (namespace: string) =>
    `kubectl apply --server-side --field-manager=other --force-conflicts -f - <<< '${JSON.stringify({
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace }, data: { mode: "theirs" } },
    })}'`;

  test.each([
    ["the annotation", {}, { "pulumi.com/patchForce": "true" }, {}],
    ["the setting", { enablePatchForce: true }, {}, {}],
    ["the variable", {}, {}, { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" }],
  ])("is taken over with %s, and is a conflict without", (how, setting, annotations, env) =>
    session(`forced-${how.replace("the ", "")}`, async ({ stack, run, prepare }) => {
      await prepare(`kubectl create ns ${stack.name}`);
      await run(up, [configMap(stack.name, { mode: "dark" })]);
      // From the first update on the object is applied, so that a field has an owner.
      await run(up, [configMap(stack.name, { mode: "dim" })]);
      await prepare(THEIRS(stack.name));
      const conflict = await run(up, [configMap(stack.name, { mode: "light" })]);
      expect(conflict.errors.join("\n")).toContain('Apply failed with 1 conflict: conflict with "other": .data.mode');
      expect((await run({ ...up, env }, [configMap(stack.name, { mode: "light" }, annotations)], setting)).exitCode).toBe(0);
      expect(await objectOf("configmap", "settings", stack.name)).toMatchObject({ data: { mode: "light" } });
    }),
  );
});

test("a patch sets fields of a namespace that others own, and destroy takes back those fields and no more", () =>
  session("patched", async ({ run, prepare }) => {
    const patch = (labels: JsonObject, annotations: JsonObject = {}): Declared[] => [
      { urnName: "team", type: "kubernetes:core/v1:NamespacePatch", inputs: { metadata: { name: "patched", labels, annotations } } },
    ];
    const labels = async () => ((await objectOf("ns", "patched"))["metadata"] as JsonObject)["labels"];
    await prepare("kubectl create ns patched", "kubectl label ns patched theirs=1");
    const theirs = { "kubernetes.io/metadata.name": "patched", theirs: "1" };
    expect(await run(preview, patch({ ours: "1" }))).toMatchObject({ exitCode: 0, errors: [] });
    expect(await labels()).toEqual(theirs);
    expect(ops(await run(up, patch({ ours: "1", more: "1" })))).toEqual({ team: "create" });
    expect(await labels()).toEqual({ ...theirs, ours: "1", more: "1" });
    expect(ops(await run(up, patch({ ours: "2" })))).toEqual({ team: "update" });
    expect(await labels()).toEqual({ ...theirs, ours: "2" });
    const conflict = await run(up, patch({ ours: "2", theirs: "2" }));
    expect(conflict.errors.join("\n")).toContain("Apply failed with 1 conflict");
    const forced = patch({ ours: "2", theirs: "2" }, { "pulumi.com/patchForce": "true" });
    expect((await run(up, forced)).exitCode).toBe(0);
    expect((await run(up, patch({ ours: "2" }))).exitCode).toBe(0);
    expect(await run(destroy)).toMatchObject({ exitCode: 0, ops: [{ op: "delete", urnName: "team" }] });
    expect(await objectOf("ns", "patched")).toMatchObject({ status: { phase: "Active" } });
    expect(await labels()).toEqual({ "kubernetes.io/metadata.name": "patched" });
  }));

test("a CRD is replaced whole: what others added to it goes with the next change", () =>
  session("crd-put", async ({ run, prepare }) => {
    const crd = (shortNames: string[]): Declared[] => [
      {
        urnName: "crd",
        type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
        inputs: {
          metadata: { name: "nuts.put.example.com" },
          spec: {
            group: "put.example.com",
            scope: "Namespaced",
            names: { plural: "nuts", singular: "nut", kind: "Nut", listKind: "NutList", shortNames },
            versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
          },
        },
      },
    ];
    await run(up, crd(["n"]));
    await prepare("kubectl label --field-manager=controller crd nuts.put.example.com by-controller=1");
    expect(ops(await run(up, crd(["nt"])))).toEqual({ crd: "update" });
    const { metadata, spec } = await objectOf("crd", "nuts.put.example.com");
    expect({ labels: (metadata as JsonObject)["labels"], spec }).toMatchObject({
      labels: undefined,
      spec: { names: { shortNames: ["nt"] } },
    });
    await run(destroy);
  }));

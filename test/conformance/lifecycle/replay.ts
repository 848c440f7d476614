/** Does again what a recorded scenario did, and compares what came of it. */
import { isDeepStrictEqual } from "util";
import type { Api } from "../api";
import type { Place } from "../sandbox";
import type { JsonObject } from "../vectors";
import { comparable, inLoop, parsersWords } from "./accepted";
import { eventually, list, path } from "./platform";
import { publish } from "./publishing";
import { course, timeless, type Scenario, type Step } from "./recording";
import { Watch, type Seen } from "./watch";

const DELETED: Readonly<Record<string, (name: string) => string>> = {
  ConfigMap: (name) => path.configMap("kubesphere-system", name),
  Extension: path.extension,
  ExtensionVersion: path.version,
  InstallPlan: path.plan,
};

const planEvents = ({ events, plan }: Scenario) =>
  events.filter(({ kind, event, object }) => kind === "InstallPlan" && event !== "DELETED" && object.metadata.name === plan);

const statusOf = (plan: Seen) => (plan?.["status"] ?? {}) as JsonObject;

export async function replay({ api, env }: Place, scenario: Scenario): Promise<void> {
  const watch = await Watch.start(env["KUBECONFIG"] as string, path.plan(), scenario.plan);
  try {
    await new Replay(api, scenario, watch).run();
    const expected = course(planEvents(scenario).map(({ object }) => object.status));
    await eventually(() => Promise.resolve(expect(course(watch.seen.filter((it) => it !== undefined).map(statusOf))).toEqual(expected)));
  } finally {
    watch.stop();
  }
}

class Replay {
  /** Behind the last change of the plan that was waited for. */
  private place = 0;
  private published = 0;
  private before: JsonObject = {};

  constructor(
    private readonly api: Api,
    private readonly scenario: Scenario,
    private readonly watch: Watch,
  ) {}

  async run(): Promise<void> {
    for (const step of this.scenario.steps) {
      if (step.do !== undefined) await this.act(step.do, step);
      if (step.waited !== undefined && step.reached) this.place = await this.watch.until(step.waited, this.place, condition(step.waited));
      if (step.objects) await this.compare(step.snapshot ?? "", step.objects);
    }
  }

  private async act(what: string, { tMs, request, mergePatch, result }: Step): Promise<void> {
    const [, version] = /^ksbuilder publish \((.*)\)$/.exec(what) ?? [];
    if (version !== undefined) return publish(this.api, this.scenario, version, ++this.published);
    await this.settle(tMs);
    this.place = this.watch.seen.length;
    const { status, object } = await this.send(what, request, mergePatch);
    const message = status < 300 ? undefined : String(object["message"]);
    expect({ what, status, message: parsersWords(message) }).toEqual({
      what,
      status: result?.status,
      message: parsersWords(result?.message),
    });
  }

  /** What the recorded controller had done by then is done here, too. */
  private async settle(tMs: number): Promise<void> {
    const recorded = planEvents(this.scenario).filter((event) => event.tMs < tMs);
    if (recorded.length === 0) return;
    const last = course([recorded.at(-1)?.object.status]);
    const isThere = (plan: Seen) => plan === undefined || isDeepStrictEqual(course([statusOf(plan)]), last);
    await this.watch.until(JSON.stringify(last), Math.max(0, this.place - 1), isThere);
  }

  private send(what: string, request: JsonObject | undefined, mergePatch: JsonObject | undefined) {
    if (request) return this.api.ask("POST", path.plan(), request);
    if (mergePatch) return this.api.ask("PATCH", path.plan(this.scenario.plan), mergePatch, "application/merge-patch+json");
    const [, kind = "", name = ""] = /^delete (\w+) (.*)$/.exec(what) ?? [];
    const object = DELETED[kind];
    if (!object) throw new Error(`the recording has a step that nobody has replayed yet: ${what}`);
    return this.api.ask("DELETE", object(name));
  }

  private async compare(snapshot: string, recorded: JsonObject): Promise<void> {
    const known = Object.entries(recorded).map(
      ([name, it]) => [name, it === "<as in the snapshot before>" ? this.before[name] : it] as const,
    );
    this.before = Object.fromEntries(known);
    const form = (objects: JsonObject) => comparable(snapshot, timeless(this.loopless(snapshot, objects)) as JsonObject);
    const expected = form(this.before);
    await eventually(async () => expect({ snapshot, ...form(await this.snapshot()) }).toEqual({ snapshot, ...expected }));
  }

  private loopless(snapshot: string, objects: JsonObject): JsonObject {
    if (!inLoop[this.scenario.scenario]?.includes(snapshot)) return objects;
    return { ...objects, InstallPlan: undefined, Extension: undefined, jobNames: undefined };
  }

  private async snapshot(): Promise<JsonObject> {
    const { extension, plan, targetNamespace } = this.scenario;
    const one = async (of: string) => {
      const { status, object } = await this.api.ask("GET", of);
      return status === 404 ? null : object;
    };
    const ofExtension = `kubesphere.io/extension-ref=${extension}`;
    const named = async (collection: string, selector = ofExtension) =>
      (await list(this.api, collection, selector)).map(({ metadata }) => (metadata as { name: string }).name).sort();
    const typed = async (collection: string, kind: string) =>
      (await list(this.api, collection, ofExtension)).map((object) => ({
        apiVersion: `${collection.split("/")[2] ?? ""}/v1alpha1`,
        kind,
        ...object,
      }));
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    const inNamespace = `${rbac}/namespaces/${targetNamespace}`;
    const namespace = await one(`/api/v1/namespaces/${targetNamespace}`);
    return {
      Extension: await one(path.extension(extension)),
      InstallPlan: await one(path.plan(plan)),
      Namespace: namespace && { kind: "Namespace", apiVersion: "v1", ...namespace },
      ExtensionVersions: await typed(path.version(), "ExtensionVersion"),
      JSBundles: await typed(path.bundle(), "JSBundle"),
      jobNames: await named(`/apis/batch/v1/namespaces/${targetNamespace}/jobs`),
      rbac: {
        Role: await named(`${inNamespace}/roles`),
        RoleBinding: await named(`${inNamespace}/rolebindings`),
        ClusterRole: await named(`${rbac}/clusterroles`),
        ClusterRoleBinding: await named(`${rbac}/clusterrolebindings`),
      },
    };
  }
}

/** `InstallPlan state Installed version 0.2.0`, `status.enabled false`, `InstallPlan gone` */
function condition(waited: string): (plan: Seen) => boolean {
  if (waited === "InstallPlan gone") return (plan) => plan === undefined;
  const [, enabled] = /^status\.enabled (true|false)$/.exec(waited) ?? [];
  if (enabled !== undefined) return (plan) => plan !== undefined && String(statusOf(plan)["enabled"] ?? false) === enabled;
  const [, state, version] = /^InstallPlan state (\w+)(?: version (.*))?$/.exec(waited) ?? [];
  const wanted = { state, ...(version !== undefined && { version }) };
  return (plan) => isDeepStrictEqual(wanted, Object.fromEntries(Object.keys(wanted).map((key) => [key, statusOf(plan)[key]])));
}

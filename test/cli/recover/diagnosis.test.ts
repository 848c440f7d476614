/** What is made of the state and the cluster after a kill. */
import { diagnose, suspects, type Found } from "../../../cli/recover/diagnosis";
import { mendedState, type Deployment, type StateResource } from "../../../cli/recover/state";

const PROVIDER = "urn:pulumi:s::p::pulumi:providers:kubernetes::cluster";
const provider: StateResource = { urn: PROVIDER, type: "pulumi:providers:kubernetes", id: "1" };
const urn = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
const resource = (kind: string, name: string, rest: Partial<StateResource> = {}): StateResource => {
  const type = `kubernetes:kubesphere.io/v1alpha1:${kind}`;
  const inputs = { apiVersion: "kubesphere.io/v1alpha1", kind, metadata: { name } };
  return { urn: urn(type, name), type, provider: `rs:${PROVIDER}::1`, inputs, ...rest };
};
const release = (rest: Partial<StateResource> = {}): StateResource => {
  const type = "kubernetes:helm.sh/v3:Release";
  return { urn: urn(type, "core"), type, provider: `${PROVIDER}::1`, inputs: { name: "ks-core", namespace: "sys" }, ...rest };
};
const object = (manager = "pulumi-kubernetes-0a1b2c3d", metadata: object = {}): Found => ({
  object: {
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "InstallPlan",
    metadata: { name: "web", creationTimestamp: "2026-01-01T00:00:00Z", managedFields: [{ manager }], ...metadata },
  },
});
const revisions = (...statuses: string[]): Found => ({
  revisions: statuses.map((status, index) => ({ number: index + 1, status, since: "2026-01-01T00:00:00Z" })),
});

/** The finding for the one suspect of a state, without its words and URN. */
function diagnosisOf(deployment: Deployment, found: Found, wanted: readonly StateResource[] = []) {
  const [suspect, ...others] = suspects({ ...deployment, resources: [provider, ...(deployment.resources ?? [])] }, wanted);
  expect(others).toEqual([]);
  const finding = suspect && diagnose(suspect, found, { resources: [provider, ...(deployment.resources ?? [])] });
  return finding && { what: finding.what, action: finding.action, isDestructive: finding.isDestructive };
}
const cut = (type: string, of: StateResource, resources: readonly StateResource[] = []): Deployment => ({
  resources,
  pending_operations: [{ type, resource: of }],
});

describe("what was cut off on a member, whose objects the host may have under the same names", () => {
  const of = (name: string, member = true) => {
    const type = "kubernetes:core/v1:Namespace";
    const chain = member
      ? "kubesphere:index:Platform$kubesphere:index:MemberCluster$pulumi:providers:kubernetes"
      : "pulumi:providers:kubernetes";
    const inputs = { apiVersion: "v1", kind: "Namespace", metadata: { name: "extension-shop" } };
    return { urn: urn(type, name), type, provider: `urn:pulumi:s::p::${chain}::${member ? "edge-provider" : "cluster"}::1`, inputs };
  };
  test.each(["creating", "updating", "deleting"])(
    "%s: the next run does it again, and nothing of the host is adopted or deleted",
    (type) => {
      expect(diagnosisOf(cut(type, of("shop-namespace@edge")), object())).toMatchObject({ action: { do: "forget" }, isDestructive: false });
    },
  );
  test("the host's object is not taken for made because the state has the member's", () => {
    const known = { ...of("shop-namespace@edge"), id: "extension-shop" };
    const host = of("shop-namespace", false);
    const [suspect] = suspects({ resources: [provider, known], pending_operations: [{ type: "creating", resource: host }] }, []);
    expect(suspect && diagnose(suspect, object(), { resources: [provider, known] })?.action.do).toBe("adopt");
  });
  test("what the next up makes there, or has made, is nobody's to look for", () => {
    const deployment = { resources: [provider, { ...of("shop-namespace@edge"), id: "extension-shop" }] };
    expect(suspects(deployment, [of("other-namespace@edge")])).toEqual([]);
  });
});

describe("an operation on an object that was cut off", () => {
  const plan = resource("InstallPlan", "web");
  const target = { kind: "InstallPlan", apiVersion: "kubesphere.io/v1alpha1", name: "web", namespace: "" };
  test("a create that came to nothing is forgotten", () => {
    expect(diagnosisOf(cut("creating", plan), {})).toEqual({
      what: "creating web was cut off",
      action: { do: "forget" },
      isDestructive: false,
    });
  });
  test("a create that went through is adopted, or the next up fails with AlreadyExists", () => {
    expect(diagnosisOf(cut("creating", plan), object())?.action).toEqual({ do: "adopt", resource: { ...plan, id: "web" } });
  });
  test("an object that somebody else made is nobody's to take", () => {
    expect(diagnosisOf(cut("creating", plan), object("kubectl-create"))?.action).toEqual({ do: "forget" });
  });
  test("a create that a later up has done is not adopted twice", () => {
    expect(diagnosisOf(cut("creating", plan, [{ ...plan, id: "web" }]), object())?.action).toEqual({ do: "forget" });
  });
  test("the new one of a replacement goes while the old one is there", () => {
    expect(diagnosisOf(cut("creating", plan, [{ ...plan, id: "old" }]), object())).toMatchObject({
      action: { do: "delete", target },
      isDestructive: true,
    });
  });
  test("an update is done again by the next up, which then waits for its end too", () => {
    expect(diagnosisOf(cut("updating", plan, [{ ...plan, id: "web" }]), object())?.action).toEqual({ do: "forget" });
  });
  test("a deletion that went through is told to the state, or the next up believes the object to be there", () => {
    expect(diagnosisOf(cut("deleting", plan, [{ ...plan, id: "web" }]), {})?.action).toEqual({ do: "look again", gone: target });
  });
  test("a deletion under way is waited for", () => {
    const going = object(undefined, { deletionTimestamp: "2026-01-01T00:00:01Z" });
    expect(diagnosisOf(cut("deleting", plan, [{ ...plan, id: "web" }]), going)?.action).toEqual({ do: "look again", gone: target });
  });
  test("a deletion that never reached the cluster is forgotten", () => {
    expect(diagnosisOf(cut("deleting", plan, [{ ...plan, id: "web" }]), object())?.action).toEqual({ do: "forget" });
  });
  test("what is outside the cluster is forgotten", () => {
    const password = { urn: urn("random:index:RandomPassword", "secret"), type: "random:index:RandomPassword" };
    expect(diagnosisOf(cut("creating", password), {})?.action).toEqual({ do: "forget" });
  });
});

describe("an object that the next up would create", () => {
  const plan = resource("InstallPlan", "web");
  test("is nothing to speak of while it is not there", () => expect(diagnosisOf({}, {}, [plan])).toBeUndefined());
  test("is adopted when Pulumi made it", () => {
    expect(diagnosisOf({}, object(), [plan])?.action).toEqual({ do: "adopt", resource: { ...plan, id: "web" } });
  });
  test("is left to the user when somebody else made it, or the state has no provider to read it with", () => {
    expect(diagnosisOf({}, object("helm"), [plan])?.action).toEqual({ do: "nothing" });
    expect(diagnosisOf({}, object(), [{ ...plan, provider: `${PROVIDER}::other` }])?.action).toEqual({ do: "nothing" });
  });
  test("whose namespace nobody knows yet is looked for later", () => {
    const unknown = { ...release(), inputs: { name: "ks-core", namespace: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } };
    expect(suspects({}, [unknown])).toEqual([]);
  });
});

describe("a Helm release", () => {
  const target = { kind: "Release", apiVersion: "", name: "ks-core", namespace: "sys" };
  const made = { resources: [release({ id: "sys/ks-core" })] };
  const uninstall = { do: "uninstall", target };
  test.each<[string, Deployment, string[], object | undefined]>([
    ["whose install was cut off goes, as there is nothing to go back to", cut("creating", release()), ["pending-install"], uninstall],
    ["that failed and that no state knows goes", cut("creating", release()), ["failed"], uninstall],
    ["that nothing was made of is forgotten", cut("creating", release()), [], { do: "forget" }],
    ["whose upgrade was cut off goes back", made, ["superseded", "deployed", "pending-upgrade"], { do: "roll back", target, revision: 2 }],
    [
      "whose rollback was cut off goes back",
      made,
      ["superseded", "superseded", "pending-rollback"],
      { do: "roll back", target, revision: 2 },
    ],
    ["whose removal was cut off goes", cut("deleting", release(), made.resources), ["uninstalling"], uninstall],
    ["that is gone is told to the state", cut("deleting", release(), made.resources), [], { do: "look again", gone: target }],
    // After an uninstall whose hook failed, each destroy would end in "release: not found".
    ["that is gone although the state has it is told to the state", made, [], { do: "look again", gone: target }],
    ["that is well is left alone", made, ["superseded", "deployed"], undefined],
    ["whose upgrade failed is left to the next up", made, ["deployed", "failed"], undefined],
  ])("%s", (_title, deployment, statuses, action) => {
    expect(diagnosisOf(deployment, revisions(...statuses))?.action).toEqual(action);
  });
  test("that is deployed and that no state knows is adopted", () => {
    expect(diagnosisOf({}, revisions("deployed"), [release()])?.action).toEqual({
      do: "adopt",
      resource: { ...release(), id: "sys/ks-core" },
    });
  });
});

describe("a namespace that is being deleted", () => {
  const type = "kubernetes:core/v1:Namespace";
  const shop = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
  const declared: StateResource = { urn: urn(type, "shop"), type, id: "shop", provider: `rs:${PROVIDER}::1`, inputs: shop };
  const target = { kind: "Namespace", apiVersion: "v1", name: "shop", namespace: "" };
  const going = object(undefined, { name: "shop", deletionTimestamp: "2026-01-01T00:00:01Z" });
  const held = { ...going, held: { finalizers: ["finalizers.kubesphere.io/namespaces"], why: "nobody takes it off" } };
  const letGo = { do: "let go", gone: target, finalizers: held.held.finalizers };
  const made = { resources: [declared] };
  test.each<[string, Deployment, Found, object | undefined]>([
    ["held by what nobody takes off is let go", made, held, letGo],
    ["held so since a destroy that was cut off is let go", cut("deleting", declared, made.resources), held, letGo],
    ["and takes its time is waited for: nothing can be built on it until then", made, going, { do: "look again", gone: target }],
    ["and is gone by now is left to the next run", made, {}, undefined],
  ])("%s", (_title, deployment, found, action) => {
    expect(diagnosisOf(deployment, found)?.action).toEqual(action);
  });
  test("that is not being deleted is left alone, whatever holds it", () => {
    expect(diagnosisOf(made, object(undefined, { name: "shop" }))).toBeUndefined();
  });
});

describe("the mended state", () => {
  const parent = urn("kubesphere:index:Extension", "web");
  const plan = resource("InstallPlan", "web", {
    id: "web",
    parent,
    dependencies: [PROVIDER, parent],
    inputs: {
      apiVersion: "v1",
      metadata: { name: "web", annotations: { "pulumi.com/waitFor": "x", kept: "y" } },
      data: "[secret]",
      at: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    } as object,
  });

  test("has no operation that was cut off; what is adopted lacks what would spare the next up its wait, and what it cannot know", () => {
    const exported = { version: 3, deployment: { ...cut("creating", plan, [provider]), manifest: "kept" } };
    expect(mendedState(exported, [plan])).toEqual({
      version: 3,
      deployment: {
        manifest: "kept",
        pending_operations: [],
        resources: [
          provider,
          {
            urn: plan.urn,
            type: plan.type,
            provider: plan.provider,
            id: "web",
            custom: true,
            inputs: { apiVersion: "v1", metadata: { name: "web", annotations: { kept: "y" } } },
            outputs: {},
            dependencies: [PROVIDER],
            propertyDependencies: {},
            replaceWith: [],
          },
        ],
      },
    });
  });

  test("names a resource once, also when it was being replaced", () => {
    const old = { ...plan, id: "old", pendingReplacement: true };
    const { resources } = mendedState({ deployment: { resources: [old, provider] } }, [plan]).deployment;
    expect(resources.map(({ id }) => id)).toEqual(["web", "1"]);
  });
});

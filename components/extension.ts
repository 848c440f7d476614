import { ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { newest, type Installation } from "../kubesphere/extension/extensionInstall";
import * as objects from "../kubesphere/extension/extensionObjects";
import { reinstalledAnnotation } from "../kubesphere/api";
import type { ExtensionPackage, PolicyRule } from "../kubesphere/extension/extensionPackage";
import { leavingRights } from "../kubesphere/extension/leavingRights";
import { lossWords } from "../kubesphere/extension/repairs";
import { KubeSphereObject } from "./shared/customResources";
import type { ExtensionArgs, PreparedExtension } from "./extensionArgs";
import { prepareExtension } from "./preparation/extensionPreparation";
import { resourceFailure } from "./shared/mistake";
import { PreparedComponent } from "./shared/preparedComponent";
import { declareCrds } from "./preparation/restoredCrds";
import type { Failure } from "./cluster/rollouts";

const AGAIN = "To roll the same out again once the reason is gone: another word in the extension's `install.attempt`, and `pulumi up`.";

/**
 * An extension, published and installed: packages → ExtensionVersions → Extension (the gate) → InstallPlan.
 *
 * Its charts are read, rendered for the cluster by the provider's own Helm, and checked before anything of it is declared.
 *
 * @example
 * ```ts
 * new Extension("shop", { source: "./charts/shop", install: { config: { shop: { replicaCount: 2 } } } }, { provider });
 * ```
 * @throws naming every mistake in its arguments, its files and what Helm renders of them: what was given, what is allowed, how to mend it;
 * of its rollout, what the executor's Job said last.
 */
export class Extension extends PreparedComponent<PreparedExtension | undefined> {
  /** `Installed` once KubeSphere is done; undefined where nothing is, or could be, installed. What must come after it waits for this. */
  readonly state: pulumi.Output<string | undefined>;
  /** Once KubeSphere is done, well or badly; a failure shows in `state` alone. */
  readonly ended: Promise<void>;

  constructor(name: string, args: ExtensionArgs, opts?: pulumi.ComponentResourceOptions);
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- the first one alone is public
  constructor(name: string, args: PreparedExtension, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: ExtensionArgs | PreparedExtension, opts: pulumi.ComponentResourceOptions = {}) {
    const prepared = Promise.resolve("follow" in args ? args : prepareExtension(name, args, opts));
    const shown = prepared.then((it) => (it === undefined ? undefined : inputs(it)));
    super(
      "kubesphere:index:Extension",
      name,
      prepared,
      { versions: shown.then((it) => it?.versions), install: shown.then((it) => it?.install) },
      opts,
    );
    const rollout = this.declared(prepared, (it) => (it === undefined ? NOTHING : this.declare(name, it)));
    this.state = pulumi.output(rollout.then(({ state }) => state));
    this.ended = rollout.then(({ ended }) => ended);
    // Whoever waits for it is not told a second time; the component is.
    this.ended.catch(() => undefined);
  }

  /** The children's names begin with the component's, so that the engine finds them again under an alias of it. */
  private declare(name: string, args: PreparedExtension): Rollout {
    const { versions, install, renamedFrom } = args;
    const listed = versions.map(({ version }) => version);
    const presented = byVersion(versions, install?.version ?? newest(listed));
    if (renamedFrom !== undefined) warnOfLoss(renamedFrom, presented.name, this);

    const namespace = install && this.target(name, objects.namespace(presented.name, install), renamedFrom);
    const published = versions.map((pkg) => this.publish(name, pkg, install?.namespace, namespace));
    const gate = new KubeSphereObject(`${name}-extension`, objects.extension(presented, listed), this.after(...published));
    return install && namespace ? this.rollOut(name, presented, install, gate, namespace, args) : NOTHING;
  }

  private after(...resources: pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: resources };
  }

  /**
   * Another namespace replaces the plan with it, and everything else that names it waits for that: KubeSphere takes the namespace of a
   * plan from its ExtensionVersion at every turn, and would look for the release to uninstall where it never was. Under a new name
   * all of these are new objects, and the old ones stay until the old plan is gone.
   */
  private target(name: string, namespace: ReturnType<typeof objects.namespace>, renamedFrom: string | undefined): Namespace {
    return new Namespace(`${name}-namespace`, namespace, { ...this.after(), deleteBeforeReplace: renamedFrom === undefined });
  }

  private publish(
    name: string,
    pkg: ExtensionPackage,
    target: string | undefined,
    namespace: pulumi.Resource | undefined,
  ): pulumi.Resource {
    const { version, chartURL } = pkg;
    const before = namespace === undefined ? [] : [namespace];
    if (chartURL === undefined) {
      const { metadata, binaryData } = objects.chartConfigMap(pkg);
      // As a secret it shows in no diff; the files' digests among the component's inputs say what changed.
      const chart = { metadata, binaryData: pulumi.secret(binaryData) };
      before.push(new ConfigMap(`${name}-${version}-chart`, chart, this.after()));
    }
    return new KubeSphereObject(`${name}-${version}`, objects.extensionVersion(pkg, target), this.after(...before));
  }

  private rollOut(
    name: string,
    pkg: ExtensionPackage,
    install: Installation,
    gate: pulumi.Resource,
    namespace: pulumi.Resource,
    { versions, isSecret = false, follow, earlier, crds = [], isAlone }: PreparedExtension,
  ): Rollout {
    const leaving = leavingRights(
      pkg,
      versions.filter((other) => other !== pkg),
    );
    const role = new ClusterRole(`${name}-executor`, objects.clusterRole(pkg, leaving.clusterRules), this.after(namespace));
    const bound = objects.clusterRoleBinding(pkg.name, install.namespace);
    const bindings = [
      new ClusterRoleBinding(`${name}-executor-binding`, bound, this.after(role)),
      ...this.allowLeaving(name, pkg.name, install.namespace, leaving.rules, namespace),
    ];
    const declared = objects.installPlan(pkg, install, {
      ...{ reinstalled: earlier?.mark, repaired: earlier?.repair?.mark, restoredCrds: earlier?.crds?.mark, isAlone },
    });
    const spec = isSecret ? { ...declared.spec, ...secrets(declared.spec, ["config", "clusterScheduling"]) } : declared.spec;
    const plan = new KubeSphereObject(
      `${name}-plan`,
      { ...declared, spec },
      {
        ...this.after(gate, ...bindings, ...declareCrds(name, crds, { parent: this })),
        customTimeouts: { delete: "15m" },
        replaceWith: [namespace],
        // In other runs a mark that somebody has changed by hand is no reason to install it anew.
        replaceOnChanges: earlier?.loss === undefined ? [] : [`metadata.annotations["${reinstalledAnnotation}"]`],
        // The old release goes before the new one comes: both may want the same host, port or cluster-wide object.
        deleteBeforeReplace: true,
      },
    );
    if (earlier?.loss !== undefined) warnOfLostRelease(earlier.loss, plan);
    for (const it of lossWords(earlier)) void pulumi.log.warn(`extension ${pkg.name}: ${it}`, plan);
    // In a preview the plan may be the one of an earlier run, which the next one is about to mend.
    if (pulumi.runtime.isDryRun()) return { ...NOTHING, state: plan.metadata.apply(() => "Installed") };
    return untilEnded(
      plan.metadata.apply(({ uid, generation }) =>
        follow({ name: pkg.name, uid, generation, isSecret, say: (words) => void pulumi.log.info(words, plan) }),
      ),
      ({ reason, leaving }) => {
        const told = `extension ${pkg.name}: ${reason}\n${AGAIN}`;
        if (leaving.length === 0) throw resourceFailure(told, plan);
        void pulumi.log.error(
          `${told}\nIt has failed in an earlier run; this one removes ${leaving.join(", ")}, and the next one ends with it.`,
          plan,
        );
      },
    );
  }

  /** Only where versions differ in what they make. */
  private allowLeaving(
    name: string,
    extension: string,
    target: string,
    rules: readonly PolicyRule[],
    namespace: pulumi.Resource,
  ): pulumi.Resource[] {
    if (rules.length === 0) return [];
    const role = new Role(`${name}-executor-leaving`, objects.leavingRole(extension, target, rules), this.after(namespace));
    return [new RoleBinding(`${name}-executor-leaving-binding`, objects.leavingRoleBinding(extension, target), this.after(role))];
  }
}

type Rollout = Pick<Extension, "state" | "ended">;
const NOTHING: Rollout = { state: pulumi.output(undefined), ended: Promise.resolve() };

function untilEnded(failure: pulumi.Output<Failure | undefined>, tell: (failure: Failure) => void): Rollout {
  let end: () => void;
  const ended = new Promise<void>((done) => (end = done));
  const state = failure.apply((it) => {
    end();
    if (it === undefined) return "Installed";
    tell(it);
    return undefined;
  });
  return { state, ended };
}

/** A component's inputs are kept in state: the packages do not belong there, their digests do. */
const inputs = ({ versions, install, isSecret = false, isInjectedSecret = false }: PreparedExtension) => ({
  versions: Object.fromEntries(
    versions.map(({ version, digest, files, chartURL }) => [
      version,
      { package: digest, files, ...(chartURL !== undefined && { chartURL }) },
    ]),
  ),
  install: install
    ? {
        ...install,
        ...(isSecret && secrets(install, ["config", "clusterScheduling"])),
        // A change of it rolls the extension out again, and a preview shows which it is.
        injected: shownInjected(byVersion(versions, install.version), isInjectedSecret),
      }
    : false,
});

const shownInjected = ({ injected }: ExtensionPackage, isSecret: boolean) => (isSecret ? pulumi.secret(injected) : injected);

/** Those of the properties that are there, as secrets. */
const secrets = <T extends object>(of: T, keys: readonly (keyof T)[]) =>
  Object.fromEntries(keys.flatMap((key) => (of[key] === undefined ? [] : [[key, pulumi.secret(of[key])]])));

function byVersion(versions: readonly ExtensionPackage[], version: string): ExtensionPackage {
  const found = versions.find((pkg) => pkg.version === version);
  if (found === undefined) throw new Error(`there is no version ${version} among ${versions.map((pkg) => pkg.version).join(", ")}`);
  return found;
}

const warnOfLostRelease = (loss: string, plan: pulumi.Resource) =>
  void pulumi.log.warn(`${loss}, and KubeSphere takes it for installed: its InstallPlan is made anew, which installs it again`, plan);

const warnOfLoss = (from: string, to: string, extension: pulumi.Resource) =>
  void pulumi.log.warn(
    `extension ${from} is now ${to}: KubeSphere uninstalls ${from} and installs ${to}. The namespace of ${from} goes with the data in it, ` +
      `unless both name the same install.namespace. Remove renamedFrom when this is rolled out.`,
    extension,
  );

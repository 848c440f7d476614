import { ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { newest, type Installation } from "../kubesphere/extensionInstall";
import * as objects from "../kubesphere/extensionObjects";
import { reinstalledAnnotation } from "../kubesphere/api";
import type { ExtensionPackage, PolicyRule } from "../kubesphere/extensionPackage";
import { leavingRights } from "../kubesphere/leavingRights";
import type { EarlierPlan } from "../kubesphere/lostReleases";
import { KubeSphereObject } from "./customResources";
import { resourceFailure } from "./mistake";
import type { Failure, Follow } from "./rollouts";

const AGAIN = "To roll the same out again once the reason is gone: another word in the extension's `install.attempt`, and `pulumi up`.";

export interface ExtensionArgs {
  /** One extension's packages, each of another version; the Marketplace offers them all. */
  readonly versions: readonly ExtensionPackage[];
  /** Which of them is installed, and how. Default: they are only published, and what was installed goes. */
  readonly install?: Installation | undefined;
  /** Waits for KubeSphere to have it installed. */
  readonly follow: Follow;
  /** What the cluster has of its plan. Default: nothing. */
  readonly earlier?: EarlierPlan | undefined;
  /** The extension's name before: a preview then shows a replacement. */
  readonly renamedFrom?: string | undefined;
  /** Whether the install's config and overrides are secrets to state and preview. KubeSphere keeps them in clear. Default false. */
  readonly isSecret?: boolean;
  /** Whether what KubeSphere sets over the config is a secret to state and preview. Default false. */
  readonly isInjectedSecret?: boolean;
}

/** An extension, published and installed: packages → ExtensionVersions → Extension (the gate) → InstallPlan. */
export class Extension extends pulumi.ComponentResource {
  /** `Installed` once KubeSphere is done; undefined in a preview, and where nothing is, or could be, installed. What must come after it waits for this. */
  readonly state: pulumi.Output<string | undefined>;
  /** Once KubeSphere is done, well or badly; a failure is told of `state` alone. */
  readonly ended: Promise<void>;

  constructor(name: string, args: ExtensionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { versions, install, renamedFrom } = args;
    // The children's names begin with the component's, so the engine finds them again under its alias too.
    super("kubesphere:index:Extension", name, inputs(args), { ...opts, aliases: renamedFrom === undefined ? [] : [{ name: renamedFrom }] });
    if (renamedFrom !== undefined) warnOfLoss(renamedFrom, name, this);

    const namespace = install && this.target(name, install, renamedFrom);
    const published = versions.map((pkg) => this.publish(pkg, install?.namespace, namespace));
    const listed = versions.map(({ version }) => version);
    const presented = byVersion(versions, install?.version ?? newest(listed));
    const gate = new KubeSphereObject(`${name}-extension`, objects.extension(presented, listed), this.after(...published));
    ({ state: this.state, ended: this.ended } = install && namespace ? this.rollOut(presented, install, gate, namespace, args) : NOTHING);
    // Without `state`: a failure would be told as one of writing the outputs.
    this.registerOutputs({});
  }

  private after(...resources: pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: resources };
  }

  /**
   * Another namespace replaces the plan with it, and everything else that names it waits for that: KubeSphere takes the namespace of a
   * plan from its ExtensionVersion at every turn, and would look for the release to uninstall where it never was. Under a new name
   * all of these are new objects, and the old ones stay until the old plan is gone.
   */
  private target(name: string, { namespace }: Installation, renamedFrom: string | undefined): Namespace {
    const opts = { ...this.after(), deleteBeforeReplace: renamedFrom === undefined };
    return new Namespace(`${name}-namespace`, objects.namespace(name, namespace), opts);
  }

  private publish(pkg: ExtensionPackage, target: string | undefined, namespace: pulumi.Resource | undefined): pulumi.Resource {
    const { name, version, chartURL } = pkg;
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
    pkg: ExtensionPackage,
    install: Installation,
    gate: pulumi.Resource,
    namespace: pulumi.Resource,
    { versions, isSecret = false, follow, earlier }: ExtensionArgs,
  ): Rollout {
    const { name } = pkg;
    const leaving = leavingRights(
      pkg,
      versions.filter((other) => other !== pkg),
    );
    const role = new ClusterRole(`${name}-executor`, objects.clusterRole(pkg, leaving.clusterRules), this.after(namespace));
    const bound = objects.clusterRoleBinding(name, install.namespace);
    const bindings = [
      new ClusterRoleBinding(`${name}-executor-binding`, bound, this.after(role)),
      ...this.allowLeaving(name, install.namespace, leaving.rules, namespace),
    ];
    const declared = objects.installPlan(pkg, install, earlier?.mark);
    const spec = isSecret ? { ...declared.spec, ...secrets(declared.spec, ["config", "clusterScheduling"]) } : declared.spec;
    const plan = new KubeSphereObject(
      `${name}-plan`,
      { ...declared, spec },
      {
        ...this.after(gate, ...bindings),
        customTimeouts: { delete: "15m" },
        replaceWith: [namespace],
        // In other runs a mark that somebody has changed by hand is no reason to install it anew.
        replaceOnChanges: earlier?.loss === undefined ? [] : [`metadata.annotations["${reinstalledAnnotation}"]`],
        // The old release goes before the new one comes: both may want the same host, port or cluster-wide object.
        deleteBeforeReplace: true,
      },
    );
    if (earlier?.loss !== undefined) warnOfLostRelease(earlier.loss, plan);
    // In a preview the plan may be the one of an earlier run, which the next one is about to mend.
    if (pulumi.runtime.isDryRun()) return NOTHING;
    return untilEnded(
      plan.metadata.apply(({ uid, generation }) =>
        follow({ name, uid, generation, isSecret, say: (words) => void pulumi.log.info(words, plan) }),
      ),
      ({ reason, leaving }) => {
        const told = `extension ${name}: ${reason}\n${AGAIN}`;
        if (leaving.length === 0) throw resourceFailure(told, plan);
        void pulumi.log.error(
          `${told}\nIt has failed in an earlier run; this one removes ${leaving.join(", ")}, and the next one ends with it.`,
          plan,
        );
      },
    );
  }

  /** Only where versions differ in what they make. */
  private allowLeaving(name: string, target: string, rules: readonly PolicyRule[], namespace: pulumi.Resource): pulumi.Resource[] {
    if (rules.length === 0) return [];
    const role = new Role(`${name}-executor-leaving`, objects.leavingRole(name, target, rules), this.after(namespace));
    return [new RoleBinding(`${name}-executor-leaving-binding`, objects.leavingRoleBinding(name, target), this.after(role))];
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
const inputs = ({ versions, install, isSecret = false, isInjectedSecret = false }: ExtensionArgs) => ({
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

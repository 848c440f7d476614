import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { newest, type Installation } from "../kubesphere/extension/extensionInstall";
import * as objects from "../kubesphere/extension/extensionObjects";
import { reinstalledAnnotation } from "../kubesphere/api";
import type { ExtensionPackage } from "../kubesphere/extension/extensionPackage";
import { leavingRights } from "../kubesphere/extension/leavingRights";
import { lossWords } from "../kubesphere/extension/repairs";
import { KubeSphereObject } from "./shared/customResources";
import { declareNamespace, declareRights, onHost, onMember } from "./shared/executorRights";
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
 * The component reads its charts, has the provider's own Helm render them for the cluster, and checks the result before it declares the
 * first resource.
 *
 * @example
 * ```ts
 * new Extension("shop", { source: "./charts/shop", install: { config: { shop: { replicaCount: 2 } } } }, { provider });
 * ```
 * @throws an error that lists every mistake in the arguments, in the files and in what Helm renders of them. For each mistake it says which
 * value was found, which values are allowed and how to mend it. If the rollout fails, the error has the last output of the executor's Job.
 */
export class Extension extends PreparedComponent<PreparedExtension | undefined> {
  /**
   * `Installed` once KubeSphere has installed the extension; undefined if it is only published, or if its rollout failed. A resource that
   * needs the extension takes this as an input.
   */
  readonly state: pulumi.Output<string | undefined>;
  /** Resolves when the rollout has ended, also when it failed: a failure shows in `state` only. */
  readonly ended: Promise<void>;

  constructor(name: string, args: ExtensionArgs, opts?: pulumi.ComponentResourceOptions);
  /** @internal */
  // oxlint-disable-next-line typescript/unified-signatures -- the first one alone is public
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
    // The component reports the error. A second report, for whoever awaits this promise, would only repeat it.
    this.ended.catch(() => undefined);
  }

  /** The children's names begin with the component's name, so that an alias of the component holds for them, too. */
  private declare(name: string, args: PreparedExtension): Rollout {
    const { versions, install, renamedFrom } = args;
    const listed = versions.map(({ version }) => version);
    const presented = byVersion(versions, install?.version ?? newest(listed));
    if (renamedFrom !== undefined) warnOfLoss(renamedFrom, presented.name, this);

    const namespace = install && declareNamespace(onHost(name, this), presented.name, install, renamedFrom !== undefined);
    const published = versions.map((pkg) => this.publish(name, pkg, install?.namespace, namespace));
    const gate = new KubeSphereObject(`${name}-extension`, objects.extension(presented, listed), this.after(...published));
    return install && namespace ? this.rollOut(name, presented, install, gate, namespace, args) : NOTHING;
  }

  private after(...resources: pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: resources };
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
      // As a secret it appears in no diff; the digests of its files, among the component's inputs, show what changed.
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
    { versions, isSecret = false, follow, clusters, earlier, crds = [], isAlone, members = [], renamedFrom }: PreparedExtension,
  ): Rollout {
    const leaving = leavingRights(
      pkg,
      versions.filter((other) => other !== pkg),
    );
    const rights = declareRights(onHost(name, this), pkg, install.namespace, leaving, namespace);
    for (const member of members) {
      const place = onMember(name, this, member);
      const theirs = declareNamespace(place, pkg.name, install, renamedFrom !== undefined, namespace, member);
      rights.push(theirs, ...declareRights(place, pkg, install.namespace, leaving, theirs));
    }
    const declared = objects.installPlan(pkg, install, {
      ...{ reinstalled: earlier?.mark, repaired: earlier?.repair?.mark, restoredCrds: earlier?.crds?.mark, isAlone },
      members: members.map(({ clusterName }) => clusterName),
    });
    const spec = isSecret ? { ...declared.spec, ...secrets(declared.spec, ["config", "clusterScheduling"]) } : declared.spec;
    const plan = new KubeSphereObject(
      `${name}-plan`,
      { ...declared, spec },
      {
        ...this.after(gate, ...rights, ...declareCrds(name, crds, { parent: this })),
        customTimeouts: { delete: "15m" },
        replaceWith: [namespace],
        // In other runs, a mark that was changed by hand is no reason to install the extension anew.
        replaceOnChanges: earlier?.loss === undefined ? [] : [`metadata.annotations["${reinstalledAnnotation}"]`],
        // The old release is removed before the new one is installed: both may need the same host, port or cluster-wide object.
        deleteBeforeReplace: true,
      },
    );
    if (earlier?.loss !== undefined) warnOfLostRelease(earlier.loss, plan);
    for (const it of lossWords(earlier)) void pulumi.log.warn(`extension ${pkg.name}: ${it}`, plan);
    // In a preview the plan may be the one of an earlier run, which failed and which the next `up` mends.
    if (pulumi.runtime.isDryRun()) return { ...NOTHING, state: plan.metadata.apply(() => "Installed") };
    return untilEnded(
      plan.metadata.apply(({ uid, generation }) =>
        follow({ name: pkg.name, uid, generation, clusters, isSecret, say: (words) => void pulumi.log.info(words, plan) }),
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

/** The component's inputs are kept in state: they hold the digests of the packages, not the packages. */
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
        // A change of these values rolls the extension out again, and the preview shows which value changed.
        injected: shownInjected(byVersion(versions, install.version), isInjectedSecret),
      }
    : false,
});

const shownInjected = ({ injected }: ExtensionPackage, isSecret: boolean) => (isSecret ? pulumi.secret(injected) : injected);

/** The named properties as secrets; absent ones are left out. */
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

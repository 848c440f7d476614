import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { memberUidAnnotation } from "../kubesphere/api";
import type { Values } from "../kubesphere/chart/helmValues";
import { configHash } from "../kubesphere/extension/installPlan";
import { clusterObject, joinedWait } from "../kubesphere/member/clusterObject";
import { jwtDigest, memberConfig } from "../kubesphere/member/memberConfig";
import { memberProblems } from "../kubesphere/member/memberSettings";
import { afterJoin } from "./cluster/joinOutage";
import { followJoin, JOIN_MINUTES } from "./cluster/joinProgress";
import { memberProvider } from "./cluster/memberProvider";
import type { MemberBasis, MemberClusterArgs, PreparedMember } from "./memberClusterArgs";
import { prepareMember } from "./preparation/memberPreparation";
import { KubeSphereObject } from "./shared/customResources";
import { refuse } from "./shared/mistake";
import { PreparedComponent } from "./shared/preparedComponent";

/**
 * A cluster that KubeSphere manages from its host: a Cluster object. KubeSphere installs ks-core on the member itself, and again
 * whenever its values, `kubesphereVersion` or `jwtSecret` change.
 *
 * What depends on this component waits until ks-core is installed, the member has answered, and the webhooks of the host hold: KubeSphere's
 * manager restarts after its first member, and with it whatever it installs on others: let those depend on the first one. A member that is
 * taken out keeps ks-core, its CRDs and its agents.
 *
 * @example
 * ```ts
 * const edge = new MemberCluster("edge", { clusterName: "edge", kubeconfig, kubesphereVersion: "4.1.3" }, { provider });
 * const install = { clusterScheduling: { placement: { clusters: ["edge"] } } };
 * new Extension("shop", { source: "./shop", install, members: [edge] }, { provider, dependsOn: edge });
 * ```
 * @throws an error that lists every mistake in the arguments; and one for a cluster that does not answer, that is the host, another member or
 * another host's, whose user has too few rights, or whose client certificate ends within a week.
 */
export class MemberCluster extends PreparedComponent<MemberBasis> {
  /** The name to place agents by. */
  readonly clusterName: string;
  /** @internal Resolves when dependents may begin. */
  readonly joined: Promise<void>;
  /** @internal How it was found. */
  readonly basis: Promise<MemberBasis>;
  /** @internal Those that are no outputs. */
  readonly labels: Readonly<Record<string, string>>;
  private readonly ownProvider: () => Provider;
  private madeProvider: Provider | undefined;

  constructor(name: string, args: MemberClusterArgs, opts?: pulumi.ComponentResourceOptions);
  /** @internal */
  // oxlint-disable-next-line typescript/unified-signatures -- the first one alone is public
  constructor(name: string, args: PreparedMember, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: MemberClusterArgs | PreparedMember, opts: pulumi.ComponentResourceOptions = {}) {
    const { clusterName, displayName, labels, provider, imageRegistry, kubesphereVersion, values = {} } = args;
    refuse(memberProblems(name, { name: clusterName, labels: plainTexts(labels), values: plainValues(values) }, "clusterName"));
    const prepared = "basis" in args ? Promise.resolve(args.basis) : prepareMember(name, args, opts);
    // All arguments but the secrets are inputs of the component, so that a preview shows what changes although the config is in base64.
    const shown = { clusterName, displayName, labels, provider, imageRegistry, kubesphereVersion, values };
    super("kubesphere:index:MemberCluster", name, prepared, shown, opts);
    this.clusterName = clusterName;
    this.labels = plainTexts(labels);
    this.basis = prepared;
    this.ownProvider = () => {
      const kubeconfig = prepared.then((it) => it.kubeconfig ?? unknownText());
      return memberProvider(`${name}-provider`, clusterName, pulumi.secret(kubeconfig), { parent: this });
    };
    this.joined = this.declared(
      prepared,
      (basis) => this.declare(name, args, basis),
      (ready) => ready,
    ).then(() => undefined);
    // The component reports the error.
    this.joined.catch(() => undefined);
  }

  /**
   * Deploys to the member itself; declared at its first use. What is there of a name already it takes over. While the member does not
   * answer, what it has made stays as it is, with a warning, and what is to be made or deleted fails.
   */
  get provider(): Provider {
    return (this.madeProvider ??= this.ownProvider());
  }

  /** @returns a promise of the end of its joining */
  private declare(name: string, args: MemberClusterArgs, { kubeconfig, standing, hasRights, host }: MemberBasis): Promise<void> {
    // What leaves the member is deleted with the kubeconfig of this run, and not with that of an earlier one, or of another cluster.
    if (hasRights) void this.provider;
    const { clusterName, displayName, labels, provider, imageRegistry, kubesphereVersion, values = {}, jwtSecret } = args;
    // Other than the secret, its digest gives nothing away.
    const digest = jwtSecret === undefined ? undefined : pulumi.unsecret(pulumi.output(jwtSecret).apply(jwtDigest));
    const config = pulumi
      .all([values, imageRegistry, kubesphereVersion, digest])
      .apply(([values, imageRegistry, kubesphereVersion, jwtDigest]) =>
        memberConfig({ values: values as Values, imageRegistry, kubesphereVersion, jwtDigest }),
      );
    const cluster = new KubeSphereObject(
      `${name}-cluster`,
      clusterObject<pulumi.Input<string>>({
        ...{ name: clusterName, displayName, labels, provider },
        kubeconfig: pulumi.secret(pulumi.output(kubeconfig ?? unknownText()).apply(inBase64)),
        config: config.apply(inBase64),
        waitFor: config.apply(joinedWait),
        uid: standing === undefined ? unknownText() : standing.uid,
        isAlone: !("basis" in args),
      }),
      {
        parent: this,
        customTimeouts: { create: `${JOIN_MINUTES}m`, update: `${JOIN_MINUTES}m` },
        // KubeSphere would never install ks-core on another cluster under the same Cluster object.
        replaceOnChanges: standing?.replaces === undefined ? [] : [`metadata.annotations["${memberUidAnnotation}"]`],
        // Both have one name.
        deleteBeforeReplace: true,
      },
    );
    if (pulumi.runtime.isDryRun() || host === undefined) return Promise.resolve();
    return this.end(cluster, config, host, standing?.isFirst ?? true);
  }

  private end(
    cluster: KubeSphereObject,
    config: pulumi.Output<string>,
    host: NonNullable<MemberBasis["host"]>,
    isFirst: boolean,
  ): Promise<void> {
    // The component has its URN once all that it depends on is there.
    const stop = pulumi.all([this.urn, config]).apply(([, text]) =>
      followJoin(host, {
        ...{ name: this.clusterName, hash: configHash(text) },
        say: (words) => void pulumi.log.info(words, cluster),
        fail: (words) =>
          void pulumi.log.error(`member ${this.clusterName} has not joined within ${JOIN_MINUTES} minutes. ${words}`, cluster),
      }),
    );
    return new Promise((done) => {
      pulumi.all([cluster.id, stop]).apply(async ([, stop]) => {
        stop();
        if (isFirst) await afterJoin(cluster, host);
        done();
      });
    });
  }
}

const inBase64 = (text: string) => Buffer.from(text).toString("base64");

/** A text that a preview does not know. */
const unknownText = () => pulumi.output(pulumi.unknown) as pulumi.Output<string>;

/** Those that are known already; an output is the API server's to judge. */
const plainTexts = (labels: MemberClusterArgs["labels"] = {}) =>
  Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));

const plainValues = (values: pulumi.Input<Values>) => (pulumi.Output.isInstance(values) || values instanceof Promise ? {} : values);

/**
 * KubeSphere's controller manager as far as its Deployment tells: whether it runs, and of which release. What it does to namespaces,
 * workspaces and roles it does only while it runs.
 */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { lineOfChart } from "../../../kubesphere/ksCore/chartLines";
import type { Informer } from "./informer.js";
import { log } from "./log.js";
import type { Deployment } from "./objects.js";

/**
 * The releases that differ. The behaviour of 4.1.2 and 4.1.3 was measured. 4.2 is closed: nobody here has run it, and it is played as 4.1.3
 * is, under its own number, since no document says otherwise.
 */
export type KubeSphereRelease = "4.1.2" | "4.1.3" | "4.2.1";

/** What ks-core's Deployment of it is called, and labelled `app`. */
export const MANAGER = "ks-controller-manager";
/**
 * On the Deployment, `true`: at the next uninstall the manager lives a moment longer than its Deployment, and so the chart's post-delete
 * hook loses its race with it.
 */
export const OUTLIVES = "sandbox.kubesphere-luban/outlives-uninstall";

/** On the Deployment, `true`: it loses a write conflict over a plan whose chart cannot be had, and says nothing more of it. */
export const LOSES_CONFLICTS = "sandbox.kubesphere-luban/loses-write-conflicts";

/** On the Deployment, `true`: a member that turns Ready does it no harm; else the first one of a fresh installation ends its process. */
export const SURVIVES_MEMBERS = "sandbox.kubesphere-luban/survives-members";

/** On the Deployment, `true`: an executor gets the rights that its package states and no others, so that a missing one shows. */
export const GRANTS_STATED_ALONE = "sandbox.kubesphere-luban/grants-stated-alone";

/** Milliseconds: from what kills it to its end, in which whoever waits for the status goes on; and until it is there again. */
const DYING = 300;
const DEAD = 3_000;

/** @param chart as Helm labels what a chart makes: `ks-core-1.1.3`; of anything else the first release counts */
export function releaseOfChart(chart = ""): KubeSphereRelease {
  const { kubesphere = "4.1.2" } = lineOfChart(chart.replace(/^ks-core-/, "")) ?? {};
  return kubesphere === "4.2" ? "4.2.1" : kubesphere;
}

/** Than 4.1.2. */
export const isLater = (release: KubeSphereRelease | undefined): boolean => release !== undefined && release !== "4.1.2";

export class Manager {
  /** The one that outlives its Deployment. */
  private lingering: KubeSphereRelease | undefined;
  private readonly listeners: (() => void)[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  /** Whether its process has ended, and its Deployment has not started another yet. */
  isDead = false;

  /**
   * @param deployments those labelled `app=` and the name
   * @param name of its Deployment: on a member it is another
   */
  constructor(
    private readonly deployments: Informer<Deployment>,
    private readonly name: string = MANAGER,
  ) {
    deployments.onChange(({ metadata: { labels, annotations } }, isGone) => {
      if (isGone && annotations?.[OUTLIVES] === "true") this.lingering = releaseOfChart(labels?.["helm.sh/chart"]);
      if (!isGone) this.lingering = undefined;
      this.tell();
    });
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Something kills its process; the Deployment starts another. */
  kill(): void {
    const turn = (isDead: boolean) => {
      this.isDead = isDead;
      log(`${this.name}: ${isDead ? "panic: invalid memory address or nil pointer dereference" : "started again"}`);
      this.tell();
    };
    this.timers.push(setTimeout(turn, DYING, true), setTimeout(turn, DYING + DEAD, false));
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  get survivesMembers(): boolean {
    return this.deployment?.metadata.annotations?.[SURVIVES_MEMBERS] === "true";
  }

  private get deployment(): Deployment | undefined {
    return this.deployments.find(`${SYSTEM_NAMESPACE}/${this.name}`);
  }

  get losesConflicts(): boolean {
    return this.deployment?.metadata.annotations?.[LOSES_CONFLICTS] === "true";
  }

  get grantsStatedAlone(): boolean {
    return this.deployment?.metadata.annotations?.[GRANTS_STATED_ALONE] === "true";
  }

  /** Undefined while none runs. */
  get running(): KubeSphereRelease | undefined {
    return this.isDead ? undefined : this.installed;
  }

  /** The release of its Deployment, or of the one that has outlived it; undefined without. */
  private get installed(): KubeSphereRelease | undefined {
    const found = this.deployment;
    return found === undefined ? this.lingering : releaseOfChart(found.metadata.labels?.["helm.sh/chart"]);
  }

  /** Whether it runs although its Deployment is gone. */
  get outlives(): boolean {
    return this.lingering !== undefined;
  }

  /** Called when it comes, goes, or becomes another release's. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The moment that it lives too long is over. */
  end(): void {
    this.lingering = undefined;
  }
}

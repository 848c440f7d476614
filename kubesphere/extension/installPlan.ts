/** How KubeSphere stores an InstallPlan's config, and how to tell that a rollout of it has ended, well or badly. */
import { fieldsDigest } from "./fieldsDigest";
import type { Values } from "../chart/helmValues";

export interface InstallPlanStatus {
  readonly state?: string;
  /** The chart's version. */
  readonly version?: string;
  /** {@link configHash} of the config that was rolled out last. */
  readonly configHash?: string;
  /** Absent while the extension is disabled. */
  readonly enabled?: boolean;
  /** Of the executor's Job that ran last. */
  readonly jobName?: string;
  readonly targetNamespace?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    /** RFC 3339, in whole seconds. */
    readonly lastTransitionTime?: string;
  }[];
}

/** The admission webhook strips white space (Unicode's, as Go has it, so `\r` too) from the end of every line before it stores a config. */
export const trimConfig = (config: string) => config.split("\n").map(trimLineEnd).join("\n");

function trimLineEnd(line: string): string {
  // A regular expression over the whole line would take quadratic time on long runs of spaces; `trimEnd` strips other characters.
  let end = line.length;
  while (end > 0 && /\p{White_Space}/u.test(line.charAt(end - 1))) end--;
  return line.slice(0, end);
}

/**
 * FNV-1a, 64 bits, in hex, of the text's UTF-8: `status.configHash` of a plan with this (trimmed) config.
 * @param before the hash of what stands before it. Default: nothing does
 */
export function configHash(config: string, before = "cbf29ce484222325"): string {
  // Two halves of 32 bits, since a BigInt for each byte takes a second for a megabyte. The prime is 2^40 + 0x1b3.
  let high = Number.parseInt(before.slice(0, 8), 16);
  let low = Number.parseInt(before.slice(8), 16);
  for (const byte of Buffer.from(config, "utf8")) {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * 0x1b3;
    low = product >>> 0;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + ((mixed << 8) >>> 0)) >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
}

/** What a rollout is made of besides its config. */
export interface RolloutAddress {
  /** The package's, `sha256:<hex>`. */
  readonly digest: string;
  /** What KubeSphere sets over the config. */
  readonly injected: Values;
  /** Any word: another one rolls the same out again. */
  readonly attempt?: string | undefined;
  /** Of {@link import("../api").repairedAnnotation}. */
  readonly repaired?: string | undefined;
}

/**
 * The config as it is to be declared: trimmed, and ended by YAML comments that say what else is rolled out with it. KubeSphere rolls out a
 * changed config, and neither a chart that changed under the same version nor what it sets over the config itself; so the config
 * changes with them, and no earlier rollout has left this hash behind.
 */
export function withAddress(config: string | undefined, { digest, injected, attempt, repaired }: RolloutAddress): string {
  const trimmed = trimConfig(config ?? "");
  const end = trimmed === "" || trimmed.endsWith("\n") ? "" : "\n";
  const again = attempt === undefined ? "" : `# attempt ${attempt}\n`;
  return `${trimmed}${end}# package ${digest}\n# platform ${fieldsDigest(injected)}\n${again}${repairEnd(repaired)}`;
}

/** What ends a config for a repair, after all else. @param repaired of {@link import("../api").repairedAnnotation} */
export function repairEnd(repaired: string | undefined): string {
  const [digest] = /^[0-9a-f]{16}(?=: )/.exec(repaired ?? "") ?? [];
  return digest === undefined ? "" : `# repair ${digest}\n`;
}

/** What `attempt` may be. */
export const ATTEMPT = /^[\w.:-]{1,40}$/;

/** The comments that {@link withAddress} adds. */
export const ADDRESS =
  /# package sha256:[0-9a-f]{64}\n(?:# platform [0-9a-f]{16}\n)?(?:# attempt [\w.:-]{1,40}\n)?(?:# repair [0-9a-f]{16}\n)?$/;

/**
 * `pulumi.com/waitFor` of an Extension: KubeSphere knows its versions. A plan made earlier would never be looked at again.
 * A new version changes the annotation, so that the Extension is updated and waited for again.
 */
export function gateWait(versions: readonly string[]): string {
  const waits = versions.map((version) => `jsonpath={.status.versions[?(@.version=="${version}")].version}=${version}`);
  return waits.length === 1 ? waits.join() : JSON.stringify(waits);
}

/**
 * How a plan that has been waited for went wrong, or undefined. A failed upgrade shows as `UpgradeFailed` for a moment only,
 * because KubeSphere tries again and again, so its condition counts rather than the state.
 * @param wanted {@link configHash} of the rollout that was waited for
 */
export function planFailure(status: InstallPlanStatus | undefined, wanted: string): string | undefined {
  // An install that has failed with its Job is not tried again: one that is under way has left its failure behind.
  if (status?.state === undefined || status.state === "Installed" || status.state === "Installing") return undefined;
  const failed = status.conditions?.find((condition) => condition.status === "False");
  if (failed === undefined && !status.state.endsWith("Failed")) return undefined;
  const reason = failed === undefined ? status.state : `${failed.reason}: ${failed.message}`;
  const { jobName, targetNamespace } = status;
  if (status.configHash !== wanted) return `${reason}\n${NO_JOB}`;
  if (jobName === undefined || targetNamespace === undefined) return reason;
  return `${reason}\nThe log of its Job: kubectl --namespace ${targetNamespace} logs job/${jobName}`;
}

/** What to do about a plan that KubeSphere has left in `Preparing`, of a stack's extension: its own option may follow. */
export const AFTER_SILENCE = "once that is mended, another word in the extension's install.attempt, and: pulumi up";

/** What to do about a rollout that came to none. */
export const NO_JOB =
  "It came to no Job: mend what it names. KubeSphere may go on trying; the next `pulumi up` says whether it got through.";

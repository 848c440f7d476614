/** How KubeSphere stores an InstallPlan's config, and how to recognise the success or failure of its rollout. */
import { fieldsDigest } from "./fieldsDigest";
import { valuesWith, type Values } from "../chart/helmValues";

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
  /** The agents of a multi-cluster extension, by cluster. Nothing of theirs shows in the plan's own state. */
  readonly clusterSchedulingStatuses?: Readonly<Record<string, AgentStatus>>;
}

/** `configHash` is that of the values that the agent's Job got. Its Job is on the host. */
export type AgentStatus = Omit<InstallPlanStatus, "enabled" | "clusterSchedulingStatuses">;

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
 * @param before the hash of the preceding text. Default: there is none
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

/** The inputs of a rollout beside its config. */
export interface RolloutAddress {
  /** The package's, `sha256:<hex>`. */
  readonly digest: string;
  /** The values that KubeSphere sets over the config. */
  readonly injected: Values;
  /** Any word; a changed one rolls the same extension out again. */
  readonly attempt?: string | undefined;
  /** Of {@link import("../api").repairedAnnotation}. */
  readonly repaired?: string | undefined;
}

/**
 * The config to declare: trimmed, with YAML comments at its end for everything else that is rolled out with it. KubeSphere rolls out a
 * changed config, but neither a chart that changed under the same version nor changes of its own values; so the config
 * changes with them, and its hash differs from that of every earlier rollout.
 */
export function withAddress(config: string | undefined, { digest, injected, attempt, repaired }: RolloutAddress): string {
  const trimmed = trimConfig(config ?? "");
  const end = trimmed === "" || trimmed.endsWith("\n") ? "" : "\n";
  return `${trimmed}${end}${comments({ ...addressWords({ digest, injected, attempt }), ...repairWords(repaired) })}`;
}

/** The last comment of a config, for a repair. @param repaired the value of {@link import("../api").repairedAnnotation} */
export const repairEnd = (repaired: string | undefined): string => comments(repairWords(repaired));

type Words = Readonly<Record<string, string>>;

const comments = (words: Words) =>
  Object.entries(words)
    .map(([key, word]) => `# ${key} ${word}\n`)
    .join("");

const addressWords = ({ digest, injected, attempt }: Omit<RolloutAddress, "repaired">): Words => ({
  package: digest,
  platform: fieldsDigest(injected),
  ...(attempt !== undefined && { attempt }),
});

function repairWords(repaired: string | undefined): Words {
  const [repair] = /^[0-9a-f]{16}(?=: )/.exec(repaired ?? "") ?? [];
  return repair === undefined ? {} : { repair };
}

/**
 * The values in the overrides of clusters that say the same as the comments of {@link withAddress}, but for repairs, which are of objects on
 * the host. A chart takes them in `global`, where KubeSphere itself sets values of an agent that no chart knows.
 */
export const ROLLOUT_VALUE = "global.kubesphereLuban";
export const rolloutValues = (address: Omit<RolloutAddress, "repaired">): Values => valuesWith(ROLLOUT_VALUE, addressWords(address));

/** {@link rolloutValues} for a render whose package has no digest yet: it needs the rights that the render tells. */
export const ROLLOUT_PLACEHOLDER: Values = rolloutValues({ digest: `sha256:${"0".repeat(64)}`, injected: {} });

/** The form of `attempt`. */
export const ATTEMPT = /^[\w.:-]{1,40}$/;

/** The comments that {@link withAddress} adds. */
export const ADDRESS =
  /# package sha256:[0-9a-f]{64}\n(?:# platform [0-9a-f]{16}\n)?(?:# attempt [\w.:-]{1,40}\n)?(?:# repair [0-9a-f]{16}\n)?$/;

/**
 * `pulumi.com/waitFor` of an Extension: it waits until KubeSphere knows its versions. KubeSphere would never look again at a plan made earlier.
 * A new version changes the annotation, so that the Extension is updated and waited for again.
 */
export function gateWait(versions: readonly string[]): string {
  const waits = versions.map((version) => `jsonpath={.status.versions[?(@.version=="${version}")].version}=${version}`);
  return waits.length === 1 ? waits.join() : JSON.stringify(waits);
}

/**
 * The failure of a plan's rollout, or undefined. A failed upgrade has the state `UpgradeFailed` only for a moment,
 * because KubeSphere repeats it again and again; so its condition counts, and not the state.
 * @param wanted {@link configHash} of the rollout
 */
export function planFailure(status: InstallPlanStatus | undefined, wanted: string): string | undefined {
  // KubeSphere does not repeat an installation whose Job failed: if one is running, the failure is an old one.
  if (status?.state === undefined || status.state === "Installed" || status.state === "Installing") return undefined;
  const failed = status.conditions?.find((condition) => condition.status === "False");
  if (failed === undefined && !status.state.endsWith("Failed")) return undefined;
  const reason = failed === undefined ? status.state : `${failed.reason}: ${failed.message}`;
  const { jobName, targetNamespace } = status;
  if (status.configHash !== wanted) return `${reason}\n${NO_JOB}`;
  if (jobName === undefined || targetNamespace === undefined) return reason;
  return `${reason}\nThe log of its Job: kubectl --namespace ${targetNamespace} logs job/${jobName}`;
}

/** The remedy for a plan that stays in `Preparing`; the option that names the stack may follow. */
export const AFTER_SILENCE = "once that is mended, another word in the extension's install.attempt, and: pulumi up";

/** The remedy for a rollout that never began. */
export const NO_JOB =
  "It came to no Job: mend what it names. KubeSphere may go on trying; the next `pulumi up` says whether it got through.";

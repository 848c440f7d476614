/** `spec.config` of a member's Cluster: the values of ks-core on the member. Pure. */
import { createHash } from "crypto";
import { mergeValues, type Values } from "../chart/helmValues";
import { configText } from "../extension/extensionConfig";

/** What ks-core on a member is installed with. */
export interface MemberConfig {
  /** Values of ks-core's chart; they win over the registry. */
  readonly values: Values;
  /** The host's. KubeSphere does not pass it on. Default: the chart's own. */
  readonly imageRegistry?: string | undefined;
  /** Of the host's ks-core. */
  readonly kubesphereVersion: string;
  /** Of {@link jwtDigest}. Default: none, and another secret of the host does not reach the member. */
  readonly jwtDigest?: string | undefined;
}

/**
 * The YAML text, with a comment at its end. KubeSphere installs ks-core on a member again when this text changes, and only then: so a new
 * ks-core of the host, or another secret of it, reaches the member by the comment.
 */
export function memberConfig({ values, imageRegistry, kubesphereVersion, jwtDigest }: MemberConfig): string {
  const registry = imageRegistry === undefined ? {} : { global: { imageRegistry } };
  const secret = jwtDigest === undefined ? "" : `, jwtSecret ${jwtDigest}`;
  return `${configText(mergeValues(registry, values))}# ks-core ${kubesphereVersion}${secret}\n`;
}

/**
 * 32 bits of the SHA-256 of the secret with which KubeSphere signs tokens, to be seen by anybody. It gives nothing away: a generated secret
 * has 190 bits, and whoever has a token, as every user does, has a better means to try guesses of a weak one.
 */
export const jwtDigest = (secret: string): string => createHash("sha256").update(`jwtSecret ${secret}`).digest("hex").slice(0, 8);

/** The values that KubeSphere sets on every member, over those of the config (measured, 4.1.2 and 4.1.3). */
export const SET_ON_MEMBERS = ["role", "multicluster", "upgrade.enabled", "authentication.issuer.jwtSecret"] as const;

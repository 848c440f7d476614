/** A Helm repository of extensions, which KubeSphere reads by itself and offers in the Marketplace. */
import * as semver from "semver";
import { CORE_API } from "../api";

/** @typeParam Text a text, or a value that becomes one */
export interface ExtensionRepositorySpec<Text> {
  readonly name: string;
  /** http(s) URL of the folder with index.yaml. */
  readonly url: Text;
  readonly description?: Text | undefined;
  /** Certificates in PEM, in base64. Default: the system's. */
  readonly caBundle?: Text | undefined;
  /** Whether any certificate will do. */
  readonly insecure: boolean;
  /** In Go's form, as {@link goDuration} makes it. */
  readonly pollInterval: string;
}

/** How long KubeSphere 4.1.3 may take to read the index. */
const READ_TIMEOUT = "5m0s";

/** @param kubesphere its version: from 4.1.3 on `updateStrategy.timeout` is required, and before it is unknown. */
export const repository = <Text>(spec: ExtensionRepositorySpec<Text>, kubesphere: string) => ({
  apiVersion: CORE_API,
  kind: "Repository",
  metadata: { name: spec.name },
  spec: {
    url: spec.url,
    ...(spec.description !== undefined && { description: spec.description }),
    ...(spec.caBundle !== undefined && { caBundle: spec.caBundle }),
    ...(spec.insecure && { insecure: true }),
    updateStrategy: {
      registryPoll: { interval: spec.pollInterval },
      ...(semver.gte(kubesphere, "4.1.3") && { timeout: READ_TIMEOUT }),
    },
  },
});

/** `1h` → `1h0m0s`, as KubeSphere stores it, so that a refresh shows no drift; undefined if it is not a duration, or zero. */
export function goDuration(text: string): string | undefined {
  const [matched, ...parts] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const [hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const total = hours * 3600 + minutes * 60 + seconds;
  if (matched === undefined || total === 0) return undefined;
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  return h > 0 ? `${h}h${m}m${s}s` : m > 0 ? `${m}m${s}s` : `${s}s`;
}

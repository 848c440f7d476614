/** The stack's configuration: `Pulumi.sandbox.yaml` in the checkout is its template, and the run works on a copy in the cache. */
import { dump, load } from "js-yaml";
import type { Zone } from "./settings.js";

interface ConfigFile {
  config?: Record<string, unknown>;
  encryptionsalt?: string;
}

export interface SandboxValues {
  readonly kubeconfig: string;
  readonly context: string;
  readonly ingressPort: number;
  readonly consolePort: number;
  /** Default: names as the text has them. */
  readonly zone?: Zone;
  /** Of the stack's passphrase, as the stack's state has it. */
  readonly salt: string;
}

/** Both lead to this machine. Whatever else is in the file is its user's, and stays. */
const ACCESS = { "nip.io": { nodeIP: "127.0.0.1" }, localhost: { domain: "localhost" } } as const;

const HEADER =
  "# A copy of Pulumi.sandbox.yaml with this sandbox's own values; `pulumi config set` changes it, `npm start` keeps changes.\n";

/** @param text the template, or an earlier copy that a user may have changed */
export function fillConfig(text: string, { kubeconfig, context, ingressPort, consolePort, zone, salt }: SandboxValues): string {
  const file = (load(text) ?? {}) as ConfigFile;
  const config = file.config ?? {};
  const cluster = { ...(config["kubesphere:cluster"] as object), kubeconfig, context };
  const ports = { ...(config["kubesphere:ports"] as object), ingress: ingressPort, console: consolePort };
  const isOwn = Object.values(ACCESS).some((access) => JSON.stringify(access) === JSON.stringify(config["kubesphere:access"]));
  const access = zone && isOwn && { "kubesphere:access": ACCESS[zone] };
  const filled = { ...config, ...access, "kubesphere:ports": ports, "kubesphere:cluster": cluster };
  return HEADER + dump({ ...file, encryptionsalt: salt, config: filled }, { lineWidth: -1 });
}

/** The salt in a checkpoint of the file backend; undefined when it has none, so that the stack must be made anew. */
export function saltOf(checkpoint: string): string | undefined {
  const { checkpoint: state } = JSON.parse(checkpoint) as {
    checkpoint?: { latest?: { secrets_providers?: { state?: { salt?: string } } } };
  };
  return state?.latest?.secrets_providers?.state?.salt;
}

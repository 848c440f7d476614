/** Every version that the sandbox pins, and the range within which a tool that is installed already is used instead. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface ToolVersion {
  /** What is downloaded or built; equals what `sandbox/tools` requires. */
  readonly pinned: string;
  /** A semver range: what may come from PATH. */
  readonly accepted: string;
}

export const versions = {
  // 3.248 is the line of the Node SDK that the program uses; an older engine lacks PULUMI_OPTION_* variables.
  pulumi: { pinned: "3.259.0", accepted: ">=3.248.0 <4" },
  // Helm 4 writes by server-side apply and renamed flags.
  helm: { pinned: "3.22.0", accepted: ">=3.14.0 <4" },
  kubernetes: { pinned: "1.37.2", accepted: ">=1.31.0 <1.38" },
  etcd: { pinned: "3.7.0", accepted: ">=3.5.0 <4" },
  kwok: { pinned: "0.8.0", accepted: ">=0.6.0 <0.9" },
  // Each version knows the GitHub of its time: an older one takes new keys for mistakes.
  act: { pinned: "0.2.89", accepted: ">=0.2.89 <0.3" },
  actionlint: { pinned: "1.7.12", accepted: ">=1.7.12 <2" },
  // What KubeSphere's executor pipes Helm through. 5.8.3 is the first that asks for a newer Go than the other modules do.
  kustomize: { pinned: "5.8.2", accepted: ">=5.0.0 <6" },
  crane: { pinned: "0.22.1", accepted: ">=0.20.0 <1" },
} as const satisfies Record<string, ToolVersion>;

/** Published apart from the engine; it serves every 3.x engine and SDK. */
export const LANGUAGE_HOST_MODULE_VERSION = "3.68.0";

/** The engine asks for exactly the plugin that the installed SDK names. */
export function pluginVersion(checkout: string, name: "kubernetes" | "random"): string {
  const manifest = readFileSync(join(checkout, "node_modules", "@pulumi", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { pulumi: { version: string } }).pulumi.version;
}

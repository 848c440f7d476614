import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readAccess, type Access } from "./kubeconfig.js";

type Cluster = Pick<Access, "server" | "ca">;

/** Where a sandbox has the kubeconfigs of its control planes, its member's included. */
const KUBECONFIGS = ["kubeconfig", join("member", "kubeconfig")];

/** The API servers of all sandboxes under the cache folder `home`. A sandbox that is being made or removed does not count. */
export function sandboxClusters(home: string): Cluster[] {
  const folder = join(home, "sandboxes");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.flatMap((name) => KUBECONFIGS.map((file) => join(folder, name, file)));
  return files.flatMap((file) => {
    try {
      return [readAccess(file)];
    } catch {
      return [];
    }
  });
}

/**
 * A stand-in must never touch a cluster that somebody needs: it serves API servers of the sandboxes only, known by address and certificate authority.
 * @throws when `access` is none of `sandboxes`
 */
export function assertSandbox(access: Cluster, sandboxes: Cluster[]): void {
  if (sandboxes.some(({ server, ca }) => server === access.server && ca?.trim() === access.ca?.trim())) return;
  const known = sandboxes.map(({ server }) => server).join(", ") || "none";
  throw new Error(
    `refused: this is the sandbox's stand-in for the Pulumi plugin "kubernetes", and ${access.server} is no API server of a sandbox (those are: ${known}). ` +
      `For your own cluster install the official plugin, "pulumi plugin install resource kubernetes", with a PULUMI_HOME other than the sandbox's.`,
  );
}

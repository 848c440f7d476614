/** Where the sandbox keeps what it has: one cache folder outside the checkout. */
import { join } from "node:path";
import { usageError } from "./report.js";

/** What `run.mjs` hands over. */
export interface Roots {
  /** The repository: read, never written to. */
  readonly checkout: string;
  /** `$KUBESPHERE_SANDBOX_HOME`, else `kubesphere-luban` in the XDG cache folder. */
  readonly cache: string;
  /** The folder of this run's bundled executables. */
  readonly bundle: string;
}

export const DEFAULT_NAME = "default";

export function sharedPaths({ checkout, cache, bundle }: Roots) {
  return {
    checkout,
    cache,
    bundle,
    /** Downloaded and built tools, and the record of where each was found. */
    tools: join(cache, "tools"),
    locks: join(cache, "locks"),
    pulumiHome: join(cache, "pulumi"),
    /** Node's compile cache. */
    compiled: join(cache, "compiled"),
    /** Hosts and files that could not be reached lately. */
    unreachable: join(cache, "unreachable.json"),
    sandboxes: join(cache, "sandboxes"),
    goModules: join(checkout, "sandbox", "tools"),
    template: join(checkout, "Pulumi.sandbox.yaml"),
  } as const;
}

/**
 * Of one control plane: what kwokctl makes, and what it is given.
 * @param name kwokctl's, and the end of its context's
 */
function controlPlanePaths(root: string, name: string) {
  const kwok = join(root, "kwok");
  const cluster = join(kwok, "clusters", name);
  return {
    name,
    root,
    kwok,
    kwokConfig: join(kwok, "config.json"),
    /** PEM, made anew with each start of the control plane. */
    etcdIdentity: { certificate: join(kwok, "etcd.crt"), key: join(kwok, "etcd.key") },
    /** Of the API server: whom it shows webhooks that it is. */
    admissionConfig: join(kwok, "admission.json"),
    webhookClient: join(kwok, "webhook-client.json"),
    cluster,
    pids: join(cluster, "pids"),
    pki: join(cluster, "pki"),
    /** The administrator's, for whoever works on it. */
    kubeconfig: join(root, "kubeconfig"),
  } as const;
}

export function sandboxPaths(roots: Roots, name: string) {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw usageError(`sandbox name "${name}": use 1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end`);
  }
  const shared = sharedPaths(roots);
  const root = join(shared.sandboxes, name);
  return {
    ...shared,
    ...controlPlanePaths(root, name),
    /** The second control plane, where there is one (`--member`). */
    member: controlPlanePaths(join(root, "member"), `${name}-member`),
    lock: join(shared.locks, `sandbox-${name}`),
    /** Ports and digests, see `settings.ts`. */
    settings: join(root, "sandbox.json"),
    /** Links to the tools in use: first on PATH in a shell made by `env`. */
    bin: join(root, "bin"),
    simState: join(root, "sim.json"),
    simLog: join(root, "sim.log"),
    /** Stand-ins of ks-core's charts: for who tries an upgrade, and for members. */
    charts: join(root, "charts"),
    state: join(root, "state"),
    stackState: join(root, "state", ".pulumi", "stacks", "kubesphere", "sandbox.json"),
    stackLocks: join(root, "state", ".pulumi", "locks", "organization", "kubesphere", "sandbox"),
    passphrase: join(root, "passphrase"),
    config: join(root, "Pulumi.sandbox.yaml"),
    /** A project without a program, where the stack is created so that the checkout stays as it is. */
    emptyProject: join(root, "empty-project"),
  } as const;
}

export type SharedPaths = ReturnType<typeof sharedPaths>;
export type ControlPlanePaths = ReturnType<typeof controlPlanePaths>;
export type SandboxPaths = ReturnType<typeof sandboxPaths>;

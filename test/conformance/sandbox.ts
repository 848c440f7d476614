/** The conformance tests' own sandboxes, and where they find what belongs to them. */
import type { SpawnOptions } from "child_process";
import { createHash } from "crypto";
import { dirname, join } from "path";
import { CHECKOUT, run, succeeded } from "../support/sandbox";
import { Api } from "./api";

const ofCheckout = (name: string) => `${name}-${createHash("sha256").update(CHECKOUT).digest("hex").slice(0, 8)}`;
export const SANDBOX = ofCheckout("conformance");
/** Where KubeSphere is installed: its controllers write on every namespace of a cluster, also on those of the plugins' scenarios. */
export const KUBESPHERE_SANDBOX = ofCheckout("conformance-kubesphere");

/** Which plugins are tested: the sandbox's stand-ins, or the official ones. @throws when $PROVIDER names neither */
export function provider(): "stand-in" | "official" {
  const given = process.env["PROVIDER"] || "stand-in";
  if (given === "stand-in" || given === "official") return given;
  throw new Error(`PROVIDER=${given}: use "stand-in" (the default) or "official"`);
}

export const sandboxCommand = (args: readonly string[], options?: SpawnOptions, sandbox = SANDBOX) =>
  run(process.execPath, ["sandbox/run.mjs", "sandbox", ...args, "--name", sandbox], options);

export interface Place {
  /** Under which `pulumi` and `helm` work on the sandbox, without a stack. */
  readonly env: NodeJS.ProcessEnv;
  readonly api: Api;
  /** A folder beside the sandbox's own, named after what is in it. */
  folder(name: string): string;
}

export async function place(sandbox = SANDBOX): Promise<Place> {
  const printed = JSON.parse(succeeded(await sandboxCommand(["env", "--json"], {}, sandbox))) as Record<
    "KUBECONFIG" | "PATH_PREFIX" | "PULUMI_HOME",
    string
  >;
  const folder = (name: string) => join(dirname(dirname(printed.KUBECONFIG)), `${sandbox}.${name}`);
  const isStandIn = provider() === "stand-in";
  // The printed stack, its state and its passphrase are the platform's: each scenario has its own.
  const env = {
    ...process.env,
    PATH: `${printed.PATH_PREFIX}:${process.env["PATH"] ?? ""}`,
    KUBECONFIG: printed.KUBECONFIG,
    PULUMI_HOME: isStandIn ? folder("pulumi") : printed.PULUMI_HOME,
    PULUMI_CONFIG_PASSPHRASE: "conformance",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return { env, api: new Api(printed.KUBECONFIG), folder };
}

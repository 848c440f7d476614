import { execFile } from "child_process";
import { promisify } from "util";
import type { Outputs } from "./settings";

/** Asks Pulumi for a stack's outputs. @param stack default: the selected one @throws Error with what Pulumi said */
export async function stackOutputs(stack: string | undefined, env = process.env): Promise<Outputs> {
  const args = ["stack", "output", "--json", "--show-secrets", "--non-interactive", ...(stack === undefined ? [] : ["--stack", stack])];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { env });
    const outputs = JSON.parse(stdout) as Partial<Outputs>;
    if (outputs.issuer === undefined) throw new Error("it has no output `issuer`: deploy it first");
    return { issuer: outputs.issuer, oauthClients: outputs.oauthClients ?? {} };
  } catch (error) {
    const { message, code, stderr } = error as Error & { code?: unknown; stderr?: string };
    const why = code === "ENOENT" ? "pulumi is not on PATH; the sandbox's is after `npm run sandbox -- env`" : stderr?.trim() || message;
    throw new Error(`the outputs of ${stack === undefined ? "the selected stack" : `stack ${stack}`} cannot be read: ${why}`, {
      cause: error,
    });
  }
}

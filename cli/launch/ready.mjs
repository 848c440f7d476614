// What every entry needs before it may run TypeScript. Depends on nothing, so that it runs on a fresh clone.
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { fail, say } from "./say.mjs";

/** The folder of Pulumi.yaml. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Of bundles, tools and sandboxes. */
export const cache = resolve(
  process.env.KUBESPHERE_SANDBOX_HOME || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubesphere-luban"),
);

/** Ends the process where this Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return;
  say(`This project runs on Node 20.19+, 22.12+ or 24+, and this is Node ${process.versions.node} (${process.execPath}).`);
  fail("Install one of them from https://nodejs.org or with your version manager, then run the same command again.");
}

/** npm runs scripts in the checkout's root; paths are meant from where the command was typed. @param script its name */
export function goWhereTyped(script) {
  if (process.env.npm_lifecycle_event === script && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
}

/** @returns when the cache can be written to and the npm dependencies are in place; ends the process when that cannot be had */
export async function makeReady() {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch (error) {
    fail(`the cache folder ${cache} cannot be written to (${error.message}): mend that, or name another in KUBESPHERE_SANDBOX_HOME`);
  }
  await install(checkout);
}

/** A scratch project with one stack whose program declares what it is told to. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { CHECKOUT, run, succeeded } from "../support/sandbox";
import type { Stack } from "./engine";
import type { Place } from "./sandbox";

/** @param project the name in `program/Pulumi.yaml`, under which URNs were recorded: `urn:pulumi:<stack>::golden::…` */
export async function withStack<T>(place: Place, name: string, work: (stack: Stack) => Promise<T>): Promise<T> {
  const cwd = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    cpSync(join(__dirname, "program"), cwd, { recursive: true });
    cpSync(join(__dirname, "charts"), join(cwd, "charts"), { recursive: true });
    symlinkSync(join(CHECKOUT, "node_modules"), join(cwd, "node_modules"));
    mkdirSync(join(cwd, "state"));
    const env = { ...place.env, PULUMI_BACKEND_URL: `file://${join(cwd, "state")}` };
    succeeded(await run("pulumi", ["stack", "init", `organization/golden/${name}`], { cwd, env }));
    return await work({ name, cwd, env });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Before the end-to-end tests: a sandbox of their own. Its progress is shown, since a first start gets or builds the tools. */
import type { SpawnOptions } from "child_process";
import { freeNodePorts, sandboxCommand, succeeded } from "../support/sandbox";

export default async function setup(): Promise<void> {
  const shown = { stdio: ["ignore", "inherit", "inherit"] } satisfies SpawnOptions;
  // What a run that was cut off left behind is no start for another.
  succeeded(await sandboxCommand(["sandbox", "reset"], shown));
  const [ingress, console] = await freeNodePorts();
  succeeded(await sandboxCommand(["sandbox", "up", "--ingress-port", `${ingress}`, "--console-port", `${console}`], shown));
}

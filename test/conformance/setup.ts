/** Before the conformance tests: a sandbox of their own, the plugins that are asked for, and the scenarios' kubeconfigs. */
import type { SpawnOptions } from "child_process";
import { freeNodePorts, succeeded } from "../support/sandbox";
import { makeKubeconfigs } from "./kubeconfigs";
import { assertOfficial, PLUGINS, writeStandIns } from "./plugins";
import { place, provider, sandboxCommand } from "./sandbox";
import teardown from "./teardown";

export default async function setup(): Promise<void> {
  const wanted = provider();
  const shown = { stdio: ["ignore", "inherit", "inherit"] } satisfies SpawnOptions;
  // What a run that was cut off left behind is no start for another.
  succeeded(await sandboxCommand(["reset"], shown));
  const [ingress, console] = await freeNodePorts();
  succeeded(await sandboxCommand(["up", "--ingress-port", `${ingress}`, "--console-port", `${console}`], shown));
  try {
    const here = await place();
    if (wanted === "official") assertOfficial(here);
    else await writeStandIns(here);
    await makeKubeconfigs(here);
  } catch (error) {
    // Without a setup there is no teardown.
    await teardown();
    throw error;
  }
  process.stderr.write(`Conformance of the ${wanted} plugins ${PLUGINS.join(" and ")}:\n`);
}

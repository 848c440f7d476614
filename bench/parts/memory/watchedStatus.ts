/** `status --watch` on the sandbox's stack, look after look. */
import { nodeProcess, type Growth } from "../../memory";
import type { Workbench } from "../../workbench";

/** Of an hour: one every two seconds. */
export const LOOKS = 1_800;

/** @param script made of `watch.ts` */
export async function watchedStatus(bench: Workbench, script: string): Promise<Growth & { readonly peak: number }> {
  bench.now("the sandbox with the demo extension");
  await bench.sandbox("sandbox", "reset");
  await bench.sandbox("start", ...bench.portOptions);
  bench.now(`${LOOKS} looks of status --watch`);
  const { peak, stdout } = await nodeProcess(bench, [script, bench.checkout, bench.scratch, String(LOOKS)]);
  return { peak, ...(JSON.parse(stdout) as Growth) };
}

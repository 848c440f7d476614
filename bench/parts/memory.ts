/** What stays in memory: of large inputs, and of commands that run for long. */
import { join } from "node:path";
import type { Row, Table } from "../measurement";
import { megabytes, kilobytes, type Growth } from "../memory";
import type { Workbench } from "../workbench";
import { followedPlan, CHANGES } from "./memory/followedPlan";
import { largePackages, PACKAGE_MIB } from "./memory/largePackages";
import { manyTemplates, FEW, MANY } from "./memory/manyTemplates";
import { LOOKS, watchedStatus } from "./memory/watchedStatus";

/** What a process that only waits may take more at its end than at a tenth of the time, in kB. */
const STANDS_STILL = 1024;

/** @param bundles the folder of the scripts made of `follow.ts` and `watch.ts` */
export async function memory(bench: Workbench, bundles: string): Promise<Table> {
  const beside = (what: string, peak: number, least: number, aim: number): Row => ({
    what,
    cells: [megabytes(peak), megabytes(peak - least, aim), undefined],
  });
  const alone = (what: string, peak: number): Row => ({ what, cells: [megabytes(peak), undefined, undefined] });
  const packages = await largePackages(bench);
  const charts = await manyTemplates(bench);
  const plan = await followedPlan(bench, join(bundles, "follow.mjs"));
  const status = await watchedStatus(bench, join(bundles, "watch.mjs"));
  const waiting = (what: string, { peak, early, late }: Growth & { readonly peak: number }): Row => ({
    what,
    cells: [megabytes(peak), kilobytes(late - early, STANDS_STILL), undefined],
  });
  return {
    part: "memory",
    title: "Memory",
    about: [
      "The peak is that of the Node process which runs the program or the command; those of Pulumi, its plugins and Helm are not counted. The growth is " +
        "that beside the same with a small input; of what runs for long, that of the heap and of the buffers outside of it, after a garbage collection, from a " +
        "tenth of the time to its end.",
      `The package is one that KubeSphere fetches from its \`chartURL\`, with ${PACKAGE_MIB} MiB that do not compress, served on this machine: in the files of one ` +
        "chart, or in charts that are packed within. It is as large as Helm takes it: 100 MiB unpacked, 5 MiB a file; in the package's own files, outside of charts " +
        "within, it would not fit into Helm's record of a release. V8 lets buffers that nobody needs come to some 64 MiB before it frees them, whatever the " +
        "size of the package.",
      `The chart has ${MANY} templates of a ConfigMap each, or ${FEW}; its package fits into a ConfigMap. In the first preview it is to be installed; for the ` +
        "preview of nothing it is published only, since Helm takes many minutes to make two thousand objects.",
      `Time is simulated: the plan that is followed changes once a second for 15 minutes (${CHANGES} changes, the watch ended every 120 seconds), and the ` +
        `changes are sent as fast as they are read; \`status --watch\` looks ${LOOKS} times, which is an hour of looks, without waiting in between, while a workload is ` +
        "scaled up and down.",
    ],
    columns: ["peak", "growth", "for each template"],
    rows: [
      ...packages.flatMap(({ what, small, files, charts: within }) => [
        alone(`${what}, of a small package`, small),
        beside(`the same of ${PACKAGE_MIB} MiB in files`, files, small, PACKAGE_MIB),
        beside(`the same of ${PACKAGE_MIB} MiB in packed charts`, within, small, PACKAGE_MIB),
      ]),
      ...charts.flatMap(({ what, few, many }) => [
        alone(`${what}, of ${FEW} templates`, few),
        {
          what: `the same of ${MANY}`,
          cells: [megabytes(many), megabytes(many - few), kilobytes(((many - few) * 1024) / (MANY - FEW))],
        },
      ]),
      waiting("a plan followed for 15 minutes", plan),
      waiting("`status --watch` for an hour", status),
    ],
  };
}

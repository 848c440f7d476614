/** Values of ks-core that its chart passes over, and what is not known of the chart: neither keeps a run from going on. */
import * as pulumi from "@pulumi/pulumi";
import { versionOfChart } from "../kubesphere/ksCore/chartLines";
import { calledKsCore, KS_CORE_VALUES, misplacedValues } from "../kubesphere/ksCore/valueMoves";
import type { Settings } from "./settings";
import type { ReadSources } from "./sources";

/** @returns a line for each value that was dropped, or is of a later chart; one where nothing says which chart it is */
export function ksCoreValueWarnings({ ksCore }: Pick<Settings, "ksCore">, sources: Pick<ReadSources, "ksCore" | "ksCoreLine">): string[] {
  const { ksCoreLine: line } = sources;
  if (line === undefined)
    return [
      "kubesphere:ksCore.chart: which version of ks-core this is, neither the chart nor the stack says, and charts of KubeSphere 4.2 call their " +
        "values differently. It is taken for one of 4.1; kubesphere:ksCore.kubesphereVersion says it, such as 4.2.1.",
    ];
  const called = calledKsCore(versionOfChart(sources.ksCore));
  return misplacedValues(ksCore.values, line, KS_CORE_VALUES, called).flatMap(({ isRenamed, path, allowed, mend }) =>
    isRenamed ? [] : [`${path} does nothing; allowed: ${allowed}.${mend === undefined ? "" : ` ${mend}.`}`],
  );
}

/** Tells them, in a preview too. */
export function warnOfKsCoreValues(...given: Parameters<typeof ksCoreValueWarnings>): void {
  for (const line of ksCoreValueWarnings(...given)) void pulumi.log.warn(line);
}

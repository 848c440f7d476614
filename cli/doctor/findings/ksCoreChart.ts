/** A stack that cannot be deployed any more: the address of ks-core's chart serves none. */
import { KS_CORE_TODAY } from "../../../kubesphere/chart/chartSource";
import { check } from "../finding";

export const ksCoreChart = check(
  "ksCoreChart",
  "ks-core's chart is where the stack says",
  ["ksCoreChart", "stack"],
  ({ ksCoreChart: answer, stack }) =>
    answer === undefined
      ? []
      : [
          {
            object: `ks-core's chart at ${answer.url}`,
            why: `it is not ${answer.why}`,
            means: "no run of this stack gets further than this; what is deployed runs on",
            mend: [KS_CORE_TODAY, `pulumi config set --path kubesphere:ksCore.chart CHART${stack.option}`],
          },
        ],
);

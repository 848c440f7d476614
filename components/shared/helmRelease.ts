import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { resolveChart, type ChartReference, type ChartSource } from "../../kubesphere/chart/chartSource";
import { refusing } from "./mistake";

/** How long Helm may wait for the objects of a release, in seconds. */
const TIMEOUT = 600;

export interface HelmReleaseArgs {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** A chart that {@link resolved} marked; it is not resolved again. */
  readonly chart: ChartReference | ChartSource;
  readonly values: pulumi.Input<pulumi.Inputs>;
  /** What {@link readChartOf} has given of it. Default: that. */
  readonly read?: Promise<ChartSource> | undefined;
}

/** Marks a chart as resolved already. */
export const resolved = ({ chart, repository, version, digest, appVersion }: ChartSource): ChartSource => ({
  ...{ digest, chart, repository, version },
  ...(appVersion !== undefined && { appVersion }),
});

/** Reads a chart on disk that nobody has read yet. @param name of the release, for messages */
export function readChartOf(name: string, chart: ChartReference | ChartSource): Promise<ChartSource> | undefined {
  const isUnread = !("digest" in chart) && chart.repository === undefined && !/^(https?|oci):\/\//.test(chart.chart);
  return isUnread ? refusing(resolveChart(`${name}: chart`, chart)) : undefined;
}

/** A Helm release that shows every change of its chart and forgets every value that is no longer given. */
export function helmRelease(name: string, args: HelmReleaseArgs, opts: pulumi.CustomResourceOptions): Release {
  const { chart, repository, version } = args.chart;
  const digest = "digest" in args.chart ? args.chart.digest : undefined;
  // The provider compares a chart on disk by its version only; its digest makes an edited one a difference.
  const read = args.read ?? readChartOf(name, args.chart);
  const found = read === undefined ? digest : pulumi.output(read).digest;
  return new Release(
    name,
    {
      name: args.name,
      namespace: args.namespace,
      chart,
      ...(version !== undefined && { version }),
      ...(repository !== undefined && { repositoryOpts: { repo: repository } }),
      ...(found !== undefined && { description: pulumi.interpolate`chart ${found}` }),
      values: args.values,
      // Without it, Helm keeps the values of the last revision if all values are removed.
      resetValues: true,
      timeout: TIMEOUT,
    },
    opts,
  );
}

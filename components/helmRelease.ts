import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartSource } from "../kubesphere/chartSource";

/** How long Helm may wait for what a release brings, in seconds. */
const TIMEOUT = 600;

export interface HelmReleaseArgs {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly chart: ChartSource;
  readonly values: pulumi.Input<pulumi.Inputs>;
}

/** A Helm release that shows every change of its chart and forgets every value that is no longer given. */
export function helmRelease(name: string, args: HelmReleaseArgs, opts: pulumi.CustomResourceOptions): Release {
  const { chart, repository, version, digest } = args.chart;
  return new Release(
    name,
    {
      name: args.name,
      namespace: args.namespace,
      chart,
      ...(version !== undefined && { version }),
      ...(repository !== undefined && { repositoryOpts: { repo: repository } }),
      // The provider compares a chart on disk by its version only; its digest makes an edited one a difference.
      ...(digest !== undefined && { description: `chart ${digest}` }),
      values: args.values,
      // Without it Helm keeps the values of the last revision when all are taken away.
      resetValues: true,
      timeout: TIMEOUT,
    },
    opts,
  );
}

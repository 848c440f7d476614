import { Release, type ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { accessOf } from "../../kubesphere/chart/chartAccess";
import { resolveChart, type ChartReference, type ChartSource } from "../../kubesphere/chart/chartSource";
import { certificatesFile } from "./certificatesFile";
import { refusing } from "./mistake";

/** How long Helm may wait for the objects of a release, in seconds. */
const TIMEOUT = 600;

/** A chart as components take it: what logs in may be an output. */
export interface DeclaredChart extends ChartReference<pulumi.Input<string>> {
  /** @internal As {@link ChartSource} has it. */
  readonly digest?: string | undefined;
  /** @internal As {@link ChartSource} has it. */
  readonly appVersion?: string;
}

/** The same as a component's inputs have it, which are kept in state, and shown: a secret in it would hide all of it. */
export const shownChart = (chart: DeclaredChart): DeclaredChart => ({ ...chart, password: undefined });

export interface HelmReleaseArgs {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** A chart that {@link resolved} marked; it is not resolved again. */
  readonly chart: DeclaredChart;
  readonly values: pulumi.Input<pulumi.Inputs>;
  /** What {@link readChartOf} has given of it. Default: that. */
  readonly read?: Promise<ChartSource> | undefined;
}

/** Marks a chart as resolved already. */
export const resolved = ({ chart, repository, version, digest, appVersion, ...rest }: ChartSource): DeclaredChart => ({
  ...{ digest, chart, repository, version, ...accessOf(rest) },
  ...(appVersion !== undefined && { appVersion }),
});

/** Reads a chart on disk that nobody has read yet. @param name of the release, for messages */
export function readChartOf(name: string, given: DeclaredChart): Promise<ChartSource> | undefined {
  const { chart, repository, version } = given;
  const isUnread = !("digest" in given) && repository === undefined && !/^(https?|oci):\/\//.test(chart);
  return isUnread ? refusing(resolveChart(`${name}: chart`, { chart, version })) : undefined;
}

/** A Helm release that shows every change of its chart and forgets every value that is no longer given. */
export function helmRelease(name: string, args: HelmReleaseArgs, opts: pulumi.CustomResourceOptions): Release {
  const { chart, version } = args.chart;
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
      ...repositoryOpts(args.chart),
      ...(found !== undefined && { description: pulumi.interpolate`chart ${found}` }),
      values: args.values,
      // Without it, Helm keeps the values of the last revision if all values are removed.
      resetValues: true,
      timeout: TIMEOUT,
    },
    opts,
  );
}

/** Of registries without TLS the provider needs no word: it tries again without (Helm 3's client does). */
function repositoryOpts({ repository, username, password, caBundle }: DeclaredChart): Pick<ReleaseArgs, "repositoryOpts"> {
  const options = {
    ...(repository !== undefined && { repo: repository }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: pulumi.secret(password) }),
    ...(caBundle !== undefined && { caFile: certificatesFile(caBundle) }),
  };
  return Object.keys(options).length > 0 ? { repositoryOpts: options } : {};
}

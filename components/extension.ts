import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dump } from "js-yaml";
import * as objects from "../kubesphere/extensionObjects";
import type { ExtensionPackage } from "../kubesphere/extensionPackage";
import type { Values } from "../kubesphere/helmValues";
import { planFailure, type InstallPlanStatus } from "../kubesphere/installPlan";
import { KubeSphereObject } from "./customResources";
import { resourceFailure } from "./mistake";

/** Above the 10 minutes that KubeSphere's executor gives Helm, so that its own verdict is heard. */
const TIMEOUTS: pulumi.CustomTimeouts = { create: "15m", update: "15m", delete: "15m" };

export interface ExtensionArgs {
  readonly package: ExtensionPackage;
  /** Whether the console shows it; a disabled one stays installed. */
  readonly enabled: boolean;
  /** Values for the extension's charts, under the charts' names. */
  readonly config: Values;
}

/** An extension, published and installed: package → ExtensionVersion → Extension (the gate) → InstallPlan. */
export class Extension extends pulumi.ComponentResource {
  /** The InstallPlan's state once KubeSphere is done, `Installed`; unknown in a preview. */
  readonly state: pulumi.Output<string | undefined>;

  constructor(name: string, args: ExtensionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { package: pkg, enabled, config } = args;
    // A component's inputs are kept in state: the package itself does not belong there, its digest does.
    super("kubesphere:index:Extension", name, { name: pkg.name, version: pkg.version, package: pkg.digest, enabled, config }, opts);
    const after = (...resources: pulumi.Resource[]) => ({ parent: this, dependsOn: resources });

    const chart = new k8s.core.v1.ConfigMap(`${name}-${pkg.version}-chart`, objects.chartConfigMap(pkg), after());
    const version = new KubeSphereObject(`${name}-${pkg.version}`, objects.extensionVersion(pkg), after(chart));
    const gate = new KubeSphereObject(`${name}-extension`, objects.extension(pkg), after(version));

    const namespace = new k8s.core.v1.Namespace(`${name}-namespace`, objects.namespace(pkg.name), after());
    const role = new k8s.rbac.v1.ClusterRole(`${name}-executor`, objects.clusterRole(pkg), after());
    const binding = new k8s.rbac.v1.ClusterRoleBinding(`${name}-executor-binding`, objects.clusterRoleBinding(pkg.name), after(role));

    const values = Object.keys(config).length > 0 ? dump(config) : "";
    const plan = new KubeSphereObject<InstallPlanStatus>(`${name}-plan`, objects.installPlan(pkg, enabled, values), {
      ...after(gate, namespace, binding),
      customTimeouts: TIMEOUTS,
    });
    this.state = plan.status.apply((status) => {
      // In a preview the status may be the one of an earlier run, which the next one is about to mend.
      const failure = pulumi.runtime.isDryRun() ? undefined : planFailure(status);
      if (failure !== undefined) throw resourceFailure(`extension ${pkg.name}: ${failure}`, plan);
      return status?.state;
    });
    this.registerOutputs({ state: this.state });
  }
}

/** KubeSphere's own kinds as Pulumi resources. */
import * as pulumi from "@pulumi/pulumi";

export interface CustomResourceArgs {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: object;
}

/** An object of any of KubeSphere's kinds, with its `status` as an output (undefined in a preview). */
export class KubeSphereObject<Status = unknown> extends pulumi.CustomResource {
  // `declare`: a field of its own would overwrite what the base class sets.
  declare readonly status: pulumi.Output<Status | undefined>;

  constructor(name: string, args: CustomResourceArgs, opts: pulumi.CustomResourceOptions) {
    super(`kubernetes:${args.apiVersion}:${args.kind}`, name, { ...args, status: undefined }, opts);
  }
}

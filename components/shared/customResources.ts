/** KubeSphere's own kinds as Pulumi resources. */
import * as pulumi from "@pulumi/pulumi";

export interface CustomResourceArgs {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: object;
}

/** An object of any of KubeSphere's kinds, with its `metadata` as an output: as the API server has it once it is there. */
export class KubeSphereObject extends pulumi.CustomResource {
  // `declare`: a field of its own would overwrite what the base class sets.
  declare readonly metadata: pulumi.Output<{ readonly name: string; readonly uid?: string; readonly generation?: number }>;

  constructor(name: string, args: CustomResourceArgs, opts: pulumi.CustomResourceOptions) {
    super(`kubernetes:${args.apiVersion}:${args.kind}`, name, { ...args }, opts);
  }
}

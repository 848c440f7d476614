/** KubeSphere's own kinds as Pulumi resources. */
import * as pulumi from "@pulumi/pulumi";

type Texts = Readonly<Record<string, pulumi.Input<string>>>;

export interface CustomResourceArgs {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Texts; readonly annotations?: Texts };
  readonly spec: object;
}

/** An object of any of KubeSphere's kinds. Its output `metadata` is that of the API server. */
export class KubeSphereObject extends pulumi.CustomResource {
  // `declare`: a field would overwrite the value that the base class sets.
  declare readonly metadata: pulumi.Output<{ readonly name: string; readonly uid?: string; readonly generation?: number }>;

  constructor(name: string, args: CustomResourceArgs, opts: pulumi.CustomResourceOptions) {
    super(`kubernetes:${args.apiVersion}:${args.kind}`, name, { ...args }, opts);
  }
}

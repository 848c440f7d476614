import * as pulumi from "@pulumi/pulumi";
import { describeProblem } from "../kubesphere/errors";
import { goDuration, repository } from "../kubesphere/extension/extensionRepository";
import { KubeSphereObject } from "./shared/customResources";
import { mistake } from "./shared/mistake";

export interface ExtensionRepositoryArgs {
  /** Of the Repository in the cluster. */
  readonly name: string;
  /** http(s) URL of the folder with index.yaml, without a login. */
  readonly url: pulumi.Input<string>;
  /** KubeSphere's version such as 4.1.3, which decides the form of the object. */
  readonly kubesphereVersion: string;
  readonly description?: pulumi.Input<string> | undefined;
  /** With `password`, or neither. */
  readonly username?: pulumi.Input<string> | undefined;
  /** Secret. */
  readonly password?: pulumi.Input<string> | undefined;
  /** Certificates in PEM. Default: the system's. */
  readonly caBundle?: pulumi.Input<string> | undefined;
  /** Whether any certificate will do. @default false */
  readonly insecure?: boolean | undefined;
  /** How often KubeSphere reads the index: hours, minutes, seconds, such as 1h30m. @default "1h" */
  readonly pollInterval?: string | undefined;
}

/**
 * A private marketplace: a Helm repository whose extensions KubeSphere lists beside those of the program.
 *
 * KubeSphere overwrites a declared Extension that has the name of one in the repository's index. Which those are is known to
 * nobody before it reads the index: keep the names apart.
 */
export class ExtensionRepository extends pulumi.ComponentResource {
  constructor(name: string, args: ExtensionRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { kubesphereVersion, username, password, caBundle, insecure = false, pollInterval: given = "1h", ...rest } = args;
    const pollInterval = goDuration(given);
    if (pollInterval === undefined)
      throw mistake(describeProblem({ path: `${name}.pollInterval`, given, allowed: "a duration such as 1h, 30m or 1h30m" }));
    const shown = { ...rest, insecure, pollInterval };
    super("kubesphere:index:ExtensionRepository", name, { ...shown, caBundle }, opts);
    const encoded = caBundle === undefined ? undefined : pulumi.output(caBundle).apply((pem) => Buffer.from(pem).toString("base64"));
    const object = repository<pulumi.Input<string>>({ ...shown, caBundle: encoded }, kubesphereVersion);
    const basicAuth = username !== undefined && password !== undefined && { basicAuth: pulumi.secret({ username, password }) };
    new KubeSphereObject(`${name}-repository`, { ...object, spec: { ...object.spec, ...basicAuth } }, { parent: this });
    this.registerOutputs({});
  }
}

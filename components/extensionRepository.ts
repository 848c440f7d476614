import * as pulumi from "@pulumi/pulumi";
import { describeProblem } from "../kubesphere/errors";
import { goDuration, repository } from "../kubesphere/extension/extensionRepository";
import { KubeSphereObject } from "./shared/customResources";
import { mistake } from "./shared/mistake";

/** The arguments of an {@link ExtensionRepository}. */
export interface ExtensionRepositoryArgs {
  /** The name of the Repository in the cluster. */
  readonly name: string;
  /** The http or https URL of the folder that has index.yaml, without a user or password in it. */
  readonly url: pulumi.Input<string>;
  /** KubeSphere's version, such as 4.1.3. The form of the object depends on it. */
  readonly kubesphereVersion: string;
  /** A description for the console. Default: none. */
  readonly description?: pulumi.Input<string> | undefined;
  /** The user of HTTP Basic authentication; only together with `password`. */
  readonly username?: pulumi.Input<string> | undefined;
  /** The user's password; a secret. */
  readonly password?: pulumi.Input<string> | undefined;
  /** Trusted certificates in PEM. Default: the system's. */
  readonly caBundle?: pulumi.Input<string> | undefined;
  /** Whether any certificate of the server is accepted. @default false */
  readonly insecure?: boolean | undefined;
  /** How often KubeSphere reads the index, in hours, minutes and seconds, such as 1h30m. @default "1h" */
  readonly pollInterval?: string | undefined;
}

/**
 * A private marketplace: a Helm repository whose extensions KubeSphere lists beside those of the program.
 *
 * If the repository's index has an extension of the same name as a declared Extension, KubeSphere overwrites the declared one. The component
 * does not read the index and so cannot warn: keep the names apart.
 *
 * @throws if `pollInterval` is not a duration.
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

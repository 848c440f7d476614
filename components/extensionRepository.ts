import * as pulumi from "@pulumi/pulumi";
import { repository, type ExtensionRepositorySpec } from "../kubesphere/extensionRepository";
import { KubeSphereObject } from "./customResources";

export interface ExtensionRepositoryArgs extends ExtensionRepositorySpec {
  /** KubeSphere's version, which decides the form of the object. */
  readonly kubesphereVersion: string;
  readonly username?: pulumi.Input<string> | undefined;
  /** Secret. */
  readonly password?: pulumi.Input<string> | undefined;
}

/**
 * A private marketplace: a Helm repository whose extensions KubeSphere lists beside those of the stack.
 *
 * KubeSphere overwrites a declared Extension that has the name of one in the repository's index. Which those are is known to
 * nobody before it reads the index: keep the names apart.
 */
export class ExtensionRepository extends pulumi.ComponentResource {
  constructor(name: string, args: ExtensionRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { kubesphereVersion, username, password, ...spec } = args;
    super("kubesphere:index:ExtensionRepository", name, spec, opts);
    const object = repository(spec, kubesphereVersion);
    const basicAuth = username !== undefined && password !== undefined && { basicAuth: pulumi.secret({ username, password }) };
    new KubeSphereObject(`${name}-repository`, { ...object, spec: { ...object.spec, ...basicAuth } }, { parent: this });
    this.registerOutputs({});
  }
}

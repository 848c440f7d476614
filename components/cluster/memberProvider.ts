import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";

/** The provider of what a stack declares on a member itself. Each one is a process of its own, so only members that need one have it. */
export const memberProvider = (
  name: string,
  clusterName: string,
  kubeconfig: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): Provider =>
  new Provider(
    name,
    {
      kubeconfig,
      // Without it, a new address of the member would replace what is there. Another cluster under its name has nothing of it to be deleted.
      clusterIdentifier: clusterName,
      enablePatchForce: true,
      // KubeSphere may have made the same objects before.
      upsertExistingObjects: true,
      // One member that is away does not fail the run.
      skipUpdateUnreachable: true,
    },
    opts,
  );

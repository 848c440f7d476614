/** Another ingress controller than the one that a stack has had. */
import * as pulumi from "@pulumi/pulumi";
import { isOfStack } from "../../kubesphere/api";
import type { ObjectMetadata } from "../../kubesphere/cluster/clusterCheck";
import { controllerOf, otherReleases } from "../../kubesphere/ingress/controllers";
import type { Settings } from "../../settings/settings";

/** Tells, in a preview too, that nobody is answered between the former controller's end and the new one's beginning. */
export function warnOfFormerController(namespaces: readonly ObjectMetadata[], { ingress }: Pick<Settings, "ingress">): void {
  if (ingress.installed === undefined) return;
  const { title, release } = controllerOf(ingress.installed.controller, ingress.className);
  const former = namespaces.find((it) => otherReleases(release).includes(it.name) && isOfStack({ metadata: it }));
  if (former === undefined) return;
  void pulumi.log.warn(
    `kubesphere:${ingress.key}: ${title} replaces the ingress controller in namespace ${former.name}. Both want the same ports, so the former one goes first: ` +
      "until the new one is ready, neither extensions nor a console over HTTPS answer",
  );
}

/** What KubeSphere has left in a cluster that it is gone from. */
import { groupOf } from "../../../kubesphere/chart/renderedObject";
import type { StoredObject } from "../../shared/cluster";
import { check, type Finding } from "../finding";

export const remains = check(
  "remains",
  "nothing is left of a KubeSphere that is gone",
  ["remains", "stack"],
  ({ remains: left, stack }) => {
    // With its group: KubeSphere has a ClusterRole, too.
    const types = [...new Set(left.map(typeOf))];
    return types.map((type) =>
      ofType(
        type,
        left.filter((it) => typeOf(it) === type),
        stack.option,
      ),
    );
  },
);

const typeOf = ({ kind, apiVersion }: StoredObject): string => `${kind.toLowerCase()}.${groupOf(apiVersion)}`;

const RIGHTS = "rights that nobody uses";
const UNANSWERED = "writes that they are asked about may be refused: nobody answers";
const MEANS: Readonly<Record<string, string>> = {
  CustomResourceDefinition:
    "their objects stay, users and workspaces among them, and a KubeSphere that is installed anew takes them for its own",
  MutatingWebhookConfiguration: UNANSWERED,
  ValidatingWebhookConfiguration: UNANSWERED,
};

function ofType(type: string, objects: readonly StoredObject[], option: string): Finding {
  const names = objects.map(({ metadata }) => metadata.name).sort();
  const { kind = "" } = objects[0] ?? {};
  return {
    object: `${kind} ${names.join(", ")}`,
    why: "KubeSphere is gone from the cluster, and its post-delete hook has not taken them away",
    means: MEANS[kind] ?? RIGHTS,
    mend: [
      `\`pulumi up${option}\` and \`pulumi destroy${option}\`: ks-core's own hook takes them away`,
      `or, for good and without KubeSphere: kubectl delete ${type} ${names.join(" ")}`,
    ],
  };
}

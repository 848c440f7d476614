/**
 * APIs that the API server hands on to a Service which does not answer. Kubernetes empties a namespace of every kind that there is, and
 * does not end its deletion before it has been told all kinds: one such API holds every namespace that is to go.
 */
import { label } from "../../../kubesphere/api";
import { nameOf, type StoredObject } from "../../shared/cluster";
import { check, type Finding } from "../finding";
import type { ApiService, Condition, Plan } from "../facts/facts";

/** Whoever restarts is away for a moment. */
const NOTICE_MS = 60_000;

export const apiServices = check(
  "apiServices",
  "every API of the cluster is answered",
  ["apiServices", "namespaces", "plans", "now"],
  ({ apiServices, namespaces, plans, now }) =>
    apiServices.flatMap((object): readonly Finding[] => {
      const down = conditionOf(object, "Available");
      if (object.spec.service === undefined || down?.status !== "False") return [];
      const held = namespaces.filter((it) => isHeldBy(it, object));
      if (held.length === 0 && now - Date.parse(down.lastTransitionTime ?? "") < NOTICE_MS) return [];
      return [
        {
          object: nameOf(object),
          why: [
            `since ${down.lastTransitionTime} nobody answers ${groupVersion(object)}: ${down.reason}: ${down.message}`,
            ...ownerOf(object),
          ].join("; "),
          means:
            held.length === 0
              ? "whoever deletes a namespace, be it a `pulumi destroy`, waits for as long"
              : `for as long ${held.map((it) => waiting(it, plans)).join(", ")} will not go (DiscoveryFailed)`,
          mend: mendOf(object, down),
        },
      ];
    }),
);

const groupVersion = ({ spec: { group, version } }: ApiService) => `${group}/${version}`;

const conditionOf = ({ status }: StoredObject, type: string): Condition | undefined =>
  (status as { conditions?: readonly Condition[] } | undefined)?.conditions?.find((it) => it.type === type);

/** The namespace controller's own word: its message names each API that it could not ask about. */
function isHeldBy(namespace: StoredObject, api: ApiService): boolean {
  const failure = conditionOf(namespace, "NamespaceDeletionDiscoveryFailure");
  return namespace.metadata.deletionTimestamp !== undefined && failure?.status === "True" && failure.message.includes(groupVersion(api));
}

function waiting(namespace: StoredObject, plans: readonly Plan[]): string {
  const { name, labels = {} } = namespace.metadata;
  const leaving = plans.find(({ metadata, status }) => metadata.deletionTimestamp !== undefined && status?.targetNamespace === name);
  const extension = leaving?.spec.extension.name ?? labels[label.extensionRef];
  return `${nameOf(namespace)}${extension === undefined ? "" : `, and with it the removal of the extension ${extension},`}`;
}

function ownerOf({ metadata: { annotations = {} } }: ApiService): readonly string[] {
  const release = annotations["meta.helm.sh/release-name"];
  return release === undefined ? [] : [`it came with the Helm release ${annotations["meta.helm.sh/release-namespace"]}/${release}`];
}

function mendOf({ metadata, spec: { service } }: ApiService, { reason }: Condition): readonly string[] {
  const remove = `kubectl delete apiservice ${metadata.name}`;
  if (reason === "ServiceNotFound") return [`unless what serves it is about to come back: ${remove}`];
  return [
    `if it is still wanted, see why its Service does not answer: kubectl --namespace ${service?.namespace} describe service ${service?.name}`,
    `if what served it is gone for good: ${remove}`,
  ];
}

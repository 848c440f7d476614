/** Every difference between the simulator and the recording that is accepted, with its reason. */
import { isObject, type Json, type JsonObject } from "../vectors";

interface Accepted {
  /** Of a snapshot, if not of all. */
  readonly snapshot?: string;
  readonly reason: string;
  readonly mend: (objects: JsonObject) => JsonObject;
}

const without = (name: string) => (objects: JsonObject) => ({ ...objects, [name]: undefined });

const ACCEPTED: readonly Accepted[] = [
  {
    reason: "in the recording no workspace owns the namespace; that KubeSphere sets one as its owner was measured in another run",
    mend: (objects) => within(objects, "Namespace", (namespace) => within(namespace, "metadata", without("ownerReferences"))),
  },
  {
    reason: "the rights of KubeSphere's users in a workspace's namespace: no extension has to do with them",
    mend: (objects) =>
      within(objects, "rbac", (rbac) => ({
        ...rbac,
        Role: (rbac["Role"] as string[]).filter((name) => !name.startsWith("kubesphere:iam:")),
      })),
  },
  {
    reason: "left there by what was recorded before: as long as there is no target namespace, nothing has been installed",
    mend: (objects) =>
      objects["Namespace"] ? objects : within(objects, "rbac", (rbac) => ({ ...rbac, ClusterRole: [], ClusterRoleBinding: [] })),
  },
  ...["failed", "chart restored: the plan went on by itself", "after config change", "upgrade failed", "back", "config changed"].map(
    (snapshot): Accepted => ({
      reason: "a loop of failures counts in the history of states, and each side has had its own number of rounds",
      snapshot,
      mend: (objects) => within(objects, "InstallPlan", (plan) => within(plan, "status", without("stateHistory"))),
    }),
  ),
];

/** A scenario's snapshot without what is accepted to differ. */
export const comparable = (snapshot: string, objects: JsonObject): JsonObject =>
  ACCEPTED.filter((it) => it.snapshot === undefined || it.snapshot === snapshot).reduce((left, { mend }) => mend(left), objects);

/** What is caught in the middle of a loop of failures is in one of the loop's states, whichever. */
export const inLoop: Readonly<Record<string, readonly string[]>> = {
  "chart ConfigMap missing, then restored and version touched": ["failed"],
  "upgrade to a failing version, back to the good one": ["upgrade failed"],
};

/** Words of a YAML parser, of which KubeSphere has another. */
export const parsersWords = (message: string | undefined) => message?.replace(/(yaml: ).*$/s, "$1…");

function within(objects: JsonObject, name: string, change: (object: JsonObject) => JsonObject): JsonObject {
  const object: Json | undefined = objects[name];
  return isObject(object) ? { ...objects, [name]: change(object) } : objects;
}

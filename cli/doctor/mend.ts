/** Does what findings say is safe, and looks whether it helped. */
import { waitUntil } from "../../sandbox/src/processes";
import type { Helm } from "../recover/helm";
import { keptOn } from "../../kubesphere/member/removal";
import type { Cluster, KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import type { Progress } from "../shared/progress";
import type { Result } from "./examine";
import { deleteKinds } from "./former/deleteKinds";
import type { Action, Finding } from "./finding";
import type { Server } from "./server";

export interface Tools {
  readonly cluster: Pick<Cluster, "remove" | "read">;
  readonly server: Omit<Server, "clock">;
  readonly helm: Helm;
  readonly progress: Pick<Progress, "now">;
}

export const fixable = (results: readonly Result[]): readonly Finding[] =>
  results.flatMap(({ findings }) => findings.filter(({ action }) => action !== undefined));

/** What nothing is done about. */
export const byHand = (results: readonly Result[]): readonly Finding[] =>
  results.flatMap(({ findings }) => findings.filter(({ action }) => action === undefined));

/** Milliseconds, for KubeSphere to take note, or Kubernetes to delete. */
const TIMEOUT = 60_000;

/**
 * @param agreed what the user has agreed to
 * @param look runs all checks on fresh facts
 * @returns the last look; what was agreed to and is found no more has been mended
 * @throws Failure when the API server or Helm refuses
 */
export async function mend(
  agreed: readonly Finding[],
  tools: Tools,
  look: () => Promise<readonly Result[]>,
): Promise<{ readonly results: readonly Result[]; readonly mended: readonly Finding[] }> {
  // Between the question and its answer things may have mended themselves, or an extension of that name may have come.
  const still = new Set(fixable(await look()).map(identity));
  const due = agreed.filter((finding) => still.has(identity(finding)));
  for (const { object, action } of due) {
    tools.progress.now(`mending ${object}`);
    if (action) await act(action, tools);
  }
  tools.progress.now("looking again");
  let results: readonly Result[] = [];
  const remaining = () => new Set(fixable(results).map(identity));
  await waitUntil(
    async () => {
      results = await look();
      return !agreed.some((finding) => remaining().has(identity(finding)));
    },
    TIMEOUT,
    500,
  );
  const left = remaining();
  return { results, mended: agreed.filter((finding) => !left.has(identity(finding))) };
}

/** By which a finding is the same one when it is looked for again: what would be done, not what was seen. */
const identity = ({ object, action }: Finding) => `${action?.do} ${object}`;

async function act(action: Action, { cluster, server, helm }: Tools): Promise<void> {
  switch (action.do) {
    case "touch":
      return server.touch(action.object);
    case "let go":
      return server.letGo(action.namespace, action.finalizers);
    case "roll back": {
      const { name, namespace, revision } = action;
      return helm.rollBack({ kind: "Release", apiVersion: "", name, namespace }, revision);
    }
    case "delete":
      for (const object of action.objects) await cluster.remove(object);
      return ended(action.objects, cluster);
    case "uninstall":
      return helm.uninstall(action, action.args);
    case "free":
      for (const name of action.namespaces) await server.hold(name, freed);
      return;
    case "annotate":
      return server.annotate(action.object, action.annotations);
    case "delete kinds":
      for (const object of action.held) await server.release(object);
      return deleteKinds(action.crds, { cluster, server });
  }
}

/** A namespace goes some seconds after it was deleted; until then nothing can be made in it, such as a KubeSphere that is installed anew. */
async function ended(objects: readonly KubernetesObject[], cluster: Pick<Cluster, "read">): Promise<void> {
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  const isGone = async () => (await Promise.all(namespaces.map((it) => cluster.read(it)))).every((it) => it === undefined);
  await waitUntil(isGone, TIMEOUT, 500);
}

const freed: Parameters<Tools["server"]["hold"]>[1] = (now) => {
  const { finalizers, owners } = keptOn(now);
  return { finalizers, ownerReferences: owners };
};

/** @throws Failure where nobody can be asked and nobody has agreed */
export function mustBeAgreed(yes: boolean, isTerminal: boolean): void {
  if (!yes && !isTerminal)
    throw new Failure("--fix asks first, and here is no terminal: look at what it would do without --fix, then add --yes");
}

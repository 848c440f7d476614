/** What a check finds, and how the checks are written. */
import type { KubernetesObject } from "../shared/cluster";
import type { Facts } from "./facts/facts";

/**
 * What `--fix` may do: it can be done again, takes nothing of anybody's data, and is what KubeSphere or Helm would have done had they
 * come to it.
 */
export type Action =
  /** An annotation comes and goes, so that the controller looks at the object again. */
  | { readonly do: "touch"; readonly object: KubernetesObject }
  | { readonly do: "delete"; readonly objects: readonly KubernetesObject[] }
  /** Finalizers of KubeSphere's come off a namespace that KubeSphere does not look after any more. */
  | { readonly do: "let go"; readonly namespace: string; readonly finalizers: readonly string[] }
  | { readonly do: "roll back"; readonly name: string; readonly namespace: string; readonly revision: number }
  /** Of a cluster that was a member, in the order of docs/members.md. */
  | Removal;

/** What a member that was taken out does not need any more: KubeSphere has made it, and nobody looks after it. */
export type Removal =
  | { readonly do: "uninstall"; readonly name: string; readonly namespace: string; readonly args: readonly string[] }
  /** KubeSphere's finalizers come off namespaces, and its workspaces, which own them. */
  | { readonly do: "free"; readonly namespaces: readonly string[] }
  /** The finalizers of their objects come off first. */
  | { readonly do: "delete kinds"; readonly crds: readonly string[]; readonly held: readonly KubernetesObject[] }
  | { readonly do: "annotate"; readonly object: KubernetesObject; readonly annotations: Readonly<Record<string, string | null>> };

export interface Finding {
  /** `Kind name` or `Kind namespace/name`; several by commas. */
  readonly object: string;
  /** The evidence. */
  readonly why: string;
  /** What comes of it. */
  readonly means: string;
  /** What to do, in the order to try; commands as they are typed. */
  readonly mend: readonly string[];
  /** Absent where nothing safe would mend it. */
  readonly action?: Action;
}

export interface Check {
  /** For machines. */
  readonly name: string;
  /** What is so when nothing is found. */
  readonly title: string;
  readonly needs: readonly (keyof Facts)[];
  find(facts: Facts): readonly Finding[];
}

/** @param find gets what it needs; of all else, what could be read */
export const check = <const K extends keyof Facts>(
  name: string,
  title: string,
  needs: readonly K[],
  find: (facts: Pick<Facts, K> & Partial<Facts>) => readonly Finding[],
): Check => ({ name, title, needs, find });

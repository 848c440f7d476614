/** A kubeconfig that others have written, such as that of a Cluster object: it may read no file here and run no command. Pure. */
import { readYaml } from "../yaml/goYaml";

/** Fields that make a client read a file, run a command, or go through somebody's proxy. */
const OF_THIS_MACHINE = ["certificate-authority", "client-certificate", "client-key", "tokenFile", "exec", "auth-provider", "proxy-url"];

/**
 * @returns the same as JSON, which nobody takes for a path
 * @throws an error that quotes nothing of it
 */
export function flatKubeconfig(text: string): string {
  let config: unknown;
  try {
    [config] = readYaml(text);
  } catch {
    // The parser's message may quote a credential.
  }
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new Error("its Cluster object has no kubeconfig that can be read");
  const { clusters, users } = config as Readonly<Record<string, unknown>>;
  const field = [...sections(clusters, "cluster"), ...sections(users, "user")]
    .flatMap(Object.keys)
    .find((it) => OF_THIS_MACHINE.includes(it));
  if (field !== undefined) throw new Error(`the kubeconfig of its Cluster object has ${field}, which is not followed here`);
  return JSON.stringify(config);
}

function sections(list: unknown, kind: string): object[] {
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((entry) => {
    const section: unknown = typeof entry === "object" && entry !== null ? (entry as Readonly<Record<string, unknown>>)[kind] : undefined;
    return typeof section === "object" && section !== null ? [section] : [];
  });
}

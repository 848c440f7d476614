/** The kubeconfig with which a host's manager, and executors of extensions, reach a member: nothing outside of it can be read there. */
import { X509Certificate } from "crypto";
import { readFileSync } from "fs";
import { homedir } from "os";
import { SANDBOX_EXTENSION } from "../api";
import { ConfigurationError } from "../errors";
import { accessOf, isKubeconfigText, oneContext, readKubeconfig, type Kubeconfig } from "../cluster/kubeconfig";

/** A kubeconfig that needs no file beside it. */
export interface MemberKubeconfig {
  /** The given text if it is flat and has one context, else JSON. */
  readonly text: string;
  /** URL of the API server. */
  readonly server: string;
  /** Until when its client certificate is valid; undefined if it has none. */
  readonly validTo: Date | undefined;
  /** Whether its cluster is a sandbox's, by {@link SANDBOX_EXTENSION}. */
  readonly isSandbox: boolean;
}

const MEND = "Set the contents with `pulumi config set --secret --path`, or write the path of a file";

/**
 * Takes the current context, and reads in the files that it names.
 * @param path the setting, for errors
 * @param given contents, or a path
 * @throws ConfigurationError if it cannot be read, has no current context, or logs in by means that only this machine has
 */
export function memberKubeconfig(path: string, given: string): MemberKubeconfig {
  const shown = isKubeconfigText(given) ? "[not shown]" : given;
  const refusal = (allowed: string, mend: string) => new ConfigurationError({ path, given: shown, allowed, mend });
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      // A parser's message may quote the file, which has credentials.
      const { code } = error as NodeJS.ErrnoException;
      throw refusal(`a kubeconfig that can be read (${code ?? "it is none, or a part of it is missing"})`, MEND);
    }
  };
  const config = attempt(() => readKubeconfig(given));
  if (!config.contexts.some(({ name }) => name === config["current-context"]))
    throw refusal(
      "a kubeconfig with a current context",
      "`kubectl config view --flatten --minify --context NAME` writes one with that context alone",
    );
  const chosen = attempt(() => oneContext(config));
  const special = ["exec", "auth-provider"].find((field) => chosen.users[0]?.user[field] !== undefined);
  if (special !== undefined)
    throw refusal(
      `a kubeconfig with a token or a client certificate, as KubeSphere's manager cannot log in by ${special}`,
      "Make a ServiceAccount with the ClusterRole cluster-admin on the member, and write a kubeconfig with its token",
    );
  const { server, cert } = attempt(() => accessOf(chosen));
  const flat = attempt(() => flattened(chosen));
  return {
    text: JSON.stringify(flat) === JSON.stringify(config) ? attempt(() => textOf(given)) : JSON.stringify({ ...HEADER, ...flat }),
    server,
    validTo: cert === undefined ? undefined : attempt(() => new Date(new X509Certificate(cert).validTo)),
    isSandbox: isOfSandbox(chosen),
  };
}

function isOfSandbox({ clusters: [first] }: Kubeconfig): boolean {
  const extensions = first?.cluster["extensions"];
  return Array.isArray(extensions) && extensions.some((it: { name?: unknown } | null) => it?.name === SANDBOX_EXTENSION);
}

const HEADER = { apiVersion: "v1", kind: "Config" };

const textOf = (given: string) => (isKubeconfigText(given) ? given : readFileSync(given.replace(/^~(?=\/)/, homedir()), "utf8"));

/** Data wins over a file. */
const flattened = (config: Kubeconfig): Kubeconfig => ({
  ...config,
  clusters: config.clusters.map((it) => ({ ...it, cluster: withData(it.cluster, ["certificate-authority"]) })),
  users: config.users.map((it) => ({ ...it, user: withToken(withData(it.user, ["client-certificate", "client-key"])) })),
});

type Section = Readonly<Record<string, unknown>>;

const withData = (section: Section, fields: readonly string[]): Section =>
  fields.reduce<Section>((changed, field) => {
    const { [field]: file, ...rest } = changed;
    const data = `${field}-data`;
    if (typeof file !== "string" || file === "") return changed;
    return data in rest ? rest : { ...rest, [data]: readFileSync(file).toString("base64") };
  }, section);

/** As clients do, the file wins over a token. */
const withToken = (user: Section): Section => {
  const { tokenFile, ...rest } = user;
  return typeof tokenFile === "string" && tokenFile !== "" ? { ...rest, token: readFileSync(tokenFile, "utf8").trim() } : user;
};

/**
 * The environment variables of Helm, by its task. A chart must not see the user's variables: Helm reads clusters, tokens, drivers and plugins
 * from `HELM_*`, and passes its whole environment to the programs that it starts.
 *
 * | variable                                                    | render | fetch | fetch as the user | cluster |
 * | ----------------------------------------------------------- | ------ | ----- | ----------------- | ------- |
 * | `PATH`, `TMPDIR`                                            | yes    | yes   | yes               | yes     |
 * | proxies, `SSL_CERT_FILE`, `SSL_CERT_DIR`                    | no     | yes   | yes               | yes     |
 * | `HOME`, where Helm keeps its own (`HELM_*_HOME`)            | given  | given | the user's        | the user's `HOME` |
 * | registry logins, repositories (`HELM_REGISTRY_CONFIG`, …)   | no     | no    | yes               | no      |
 * | what a login's or a kubeconfig's helper may need (`AWS_*` …) | no     | no    | yes               | yes     |
 * | `KUBECONFIG`                                                | no     | no    | no                | given   |
 * | other `HELM_*`, `PULUMI_*`                                  | no     | no    | no                | no      |
 *
 * Plugins are never loaded: an index may name a chart by any scheme, and a downloader plugin runs a command for its scheme.
 */
import { devNull } from "node:os";
import { join } from "node:path";

type Environment = Record<string, string>;

/** The last one marks processes, so that the sandbox finds those that a killed run left running. */
const BASE = /^(?:PATH|TMPDIR|KUBESPHERE_SANDBOX_RUN)$/;
const NETWORK = /^(?:https?_proxy|all_proxy|no_proxy|ssl_cert_(?:file|dir))$/i;
/** The files that `helm registry login` and `helm repo add` write. */
const FETCHING = /^HELM_(?:CONFIG_HOME|CACHE_HOME|DATA_HOME|REGISTRY_CONFIG|REPOSITORY_CONFIG|REPOSITORY_CACHE)$/;
/** Variables that Helm or its Kubernetes client reads, or that have the keys of the stacks' secrets. */
const STEERING = /^(?:HELM_|KUBECONFIG$|PULUMI_)/;

/** A device cannot contain plugins; the other variable disables plugins that are commands. */
const NO_PLUGINS = { HELM_PLUGINS: devNull, HELM_NO_PLUGINS: "1" };

const chosen = (from: NodeJS.ProcessEnv, isChosen: (name: string) => boolean): Environment =>
  Object.fromEntries(Object.entries(from).filter((entry): entry is [string, string] => entry[1] !== undefined && isChosen(entry[0])));

/**
 * For charts on the disk: without network access and without the user's variables.
 * @param home a folder that only this user can write to, for Helm's caches
 */
export const renderEnvironment = (home: string, from = process.env): Environment => ({
  ...chosen(from, (name) => BASE.test(name)),
  HOME: home,
  HELM_CACHE_HOME: join(home, "cache"),
  HELM_CONFIG_HOME: join(home, "config"),
  HELM_DATA_HOME: join(home, "data"),
  ...NO_PLUGINS,
});

/** For downloads that an object in the cluster requests: with network access, without logins. @param home as for {@link renderEnvironment} */
export const fetchEnvironment = (home: string, from = process.env): Environment => ({
  ...chosen(from, (name) => NETWORK.test(name)),
  ...renderEnvironment(home, from),
});

/** For charts in the user's configuration: with the user's logins and their helpers. No code of a chart runs with it. */
export const userFetchEnvironment = (from = process.env): Environment => ({
  ...chosen(from, (name) => FETCHING.test(name) || !STEERING.test(name)),
  ...NO_PLUGINS,
});

/**
 * For the user's cluster: a kubeconfig is trusted, with its credential plugins, which need further variables.
 * Templates cannot read them: Helm removes `env` and `expandenv` from the template functions.
 * @param kubeconfig a file
 */
export const clusterEnvironment = (kubeconfig: string, from = process.env): Environment => ({
  ...chosen(from, (name) => !STEERING.test(name)),
  KUBECONFIG: kubeconfig,
  ...NO_PLUGINS,
});

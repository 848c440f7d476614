/**
 * The environments that Helm runs in, by what it is to do. What the user has set for other programs is no business of a chart's: Helm takes
 * clusters, tokens, drivers and plugins from `HELM_*`, and hands all that it has to what it starts.
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
 * Plugins are never loaded: an index may name a chart by any scheme, and a downloader plugin runs a command for its own.
 */
import { devNull } from "node:os";
import { join } from "node:path";

type Environment = Record<string, string>;

/** The last is the mark by which the sandbox finds what a killed run of its own has left at work. */
const BASE = /^(?:PATH|TMPDIR|KUBESPHERE_SANDBOX_RUN)$/;
const NETWORK = /^(?:https?_proxy|all_proxy|no_proxy|ssl_cert_(?:file|dir))$/i;
/** Where `helm registry login` and `helm repo add` have put what the user gave them. */
const FETCHING = /^HELM_(?:CONFIG_HOME|CACHE_HOME|DATA_HOME|REGISTRY_CONFIG|REPOSITORY_CONFIG|REPOSITORY_CACHE)$/;
/** Read by Helm's Kubernetes client or Helm itself, or the keys to the stacks' secrets. */
const STEERING = /^(?:HELM_|KUBECONFIG$|PULUMI_)/;

/** A device has no plugins in it, and nobody can put one there; the other variable is for those that are commands. */
const NO_PLUGINS = { HELM_PLUGINS: devNull, HELM_NO_PLUGINS: "1" };

const chosen = (from: NodeJS.ProcessEnv, isChosen: (name: string) => boolean): Environment =>
  Object.fromEntries(Object.entries(from).filter((entry): entry is [string, string] => entry[1] !== undefined && isChosen(entry[0])));

/**
 * For charts from the disk: without network and without what is the user's.
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

/** For what somebody in the cluster wants fetched: the network, and nobody's logins. @param home as for {@link renderEnvironment} */
export const fetchEnvironment = (home: string, from = process.env): Environment => ({
  ...chosen(from, (name) => NETWORK.test(name)),
  ...renderEnvironment(home, from),
});

/** For charts that the user's own configuration names: with the user's logins and their helpers. Nothing of a chart runs meanwhile. */
export const userFetchEnvironment = (from = process.env): Environment => ({
  ...chosen(from, (name) => FETCHING.test(name) || !STEERING.test(name)),
  ...NO_PLUGINS,
});

/**
 * For a cluster of the user's: a kubeconfig is trusted, and so are its credential plugins, which need variables of their own.
 * No template can read them: Helm takes `env` and `expandenv` out of its functions.
 * @param kubeconfig a file
 */
export const clusterEnvironment = (kubeconfig: string, from = process.env): Environment => ({
  ...chosen(from, (name) => !STEERING.test(name)),
  KUBECONFIG: kubeconfig,
  ...NO_PLUGINS,
});

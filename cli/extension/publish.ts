/** `publish`: into a running cluster without a stack, while an extension is being written. */
import { followRollouts } from "../../components/cluster/rollouts";
import { crdWarnings } from "../../kubesphere/extension/crdChanges";
import { describeProblem } from "../../kubesphere/errors";
import { valuesOf } from "../../kubesphere/extension/extensionConfig";
import { resolveInstall, sizeProblems, type Installation } from "../../kubesphere/extension/extensionInstall";
import { pack, readExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { checkConfigMapSize } from "../../kubesphere/extension/configMapSize";
import { asked, renderingBy, targetCluster } from "../shared/rendering";
import { connect } from "../shared/cluster";
import { crdCluster } from "../shared/crdCluster";
import { command, Failure, usageError } from "../shared/command";
import { injectedBy } from "../shared/kubesphereConfig";
import { readConfig } from "./installConfig";
import { publish } from "./publishing";

export const publishCommand = command({
  help: `publish SOURCE [--install] [--config FILE] [--kubeconfig FILE] [--context NAME]
  Puts the extension into a cluster's Marketplace, as it is now, and waits until KubeSphere lists it; with --install, until it runs.
  Again and again under one version, if need be: what is installed follows.

  --install          install it too, or bring the installed one up to date
  --config FILE      values for its charts, as YAML under the charts' names (default: none)
  --kubeconfig FILE  the cluster's (default: $KUBECONFIG, else ~/.kube/config)
  --context NAME     of the kubeconfig (default: the current one)
  --force            also over objects that a Pulumi stack manages

  In the sandbox: eval "$(npm run -s sandbox -- env)" first.`,
  options: {
    install: { type: "boolean", default: false },
    config: { type: "string" },
    kubeconfig: { type: "string" },
    context: { type: "string" },
    force: { type: "boolean", default: false },
  },
  words: [1, 1],
  async run({ words: [source = ""], values: { install, config, kubeconfig, context, force }, cache, progress }) {
    if (config !== undefined && !install) throw usageError("--config is for an install: add --install");
    progress.now(`packing ${source}`);
    const wanted = config === undefined ? "" : await readConfig(config);
    const draft = await readExtension(source);
    const cluster = await connect({ kubeconfig, context });
    const rendering = await renderingBy(cache, await targetCluster({ kubeconfig, context }), await injectedBy(cluster, []));
    const pkg = await pack(draft, rendering, install ? { values: valuesOf(wanted), path: config ?? source } : undefined);
    await checkConfigMapSize(pkg, source);
    const installation = install ? await installationOf(pkg, wanted, config) : undefined;
    // Before it is installed: what a first install makes is no news.
    const warnings = install ? await crdWarnings(pkg, source, crdCluster(cluster)) : [];
    const follow = followRollouts(await asked({ kubeconfig, context }), []);
    await publish(cluster, pkg, { installation, force, follow, say: (text) => progress.now(text) });
    const { name, version, digest } = pkg;
    const done = installation === undefined ? `is in the Marketplace of ${cluster.server}` : `is installed on ${cluster.server}`;
    return {
      text: [`${name} ${version} ${done} (${digest})`, ...warnings.map((it) => `warning: ${it}`)].join("\n"),
      json: { name, version, digest, server: cluster.server, installed: install, warnings },
    };
  },
});

async function installationOf(pkg: ExtensionPackage, config: string, file: string | undefined): Promise<Installation> {
  const { installation, problems: found } = resolveInstall("publish", [pkg], { enabled: true, config });
  const problems = [...found, ...(installation ? await sizeProblems("publish", pkg, installation) : [])];
  if (installation !== undefined && problems.length === 0) return installation;
  const named = problems.map((problem) => ({
    ...problem,
    path: problem.path.replace(/^publish\.install\.config\.?/, `${file ?? "the package"}: `),
  }));
  throw new Failure(named.map(describeProblem).join("\n"));
}

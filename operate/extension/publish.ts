/** `publish`: into a running cluster without a stack, while an extension is being written. */
import { readFile } from "fs/promises";
import { describeProblem } from "../../kubesphere/errors";
import { yamlMistake } from "../../kubesphere/extensionConfig";
import { resolveInstall, type Installation } from "../../kubesphere/extensionInstall";
import { packageExtension, type ExtensionPackage } from "../../kubesphere/extensionPackage";
import { connect } from "../shared/cluster";
import { command, Failure, usageError } from "../shared/command";
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
  async run({ words: [source = ""], values: { install, config, kubeconfig, context, force }, progress }) {
    if (config !== undefined && !install) throw usageError("--config is for an install: add --install");
    progress.now(`packing ${source}`);
    const pkg = await packageExtension(source);
    const installation = install ? await installationOf(pkg, config) : undefined;
    const cluster = await connect({ kubeconfig, context });
    await publish(cluster, pkg, { installation, force, say: (text) => progress.now(text) });
    const { name, version, digest } = pkg;
    const done = installation === undefined ? `is in the Marketplace of ${cluster.server}` : `is installed on ${cluster.server}`;
    return { text: `${name} ${version} ${done} (${digest})`, json: { name, version, digest, server: cluster.server, installed: install } };
  },
});

async function installationOf(pkg: ExtensionPackage, file: string | undefined): Promise<Installation> {
  const config = file === undefined ? "" : await readConfig(file);
  const { installation, problems } = resolveInstall("publish", [pkg], { enabled: true, config });
  if (installation !== undefined && problems.length === 0) return installation;
  const named = problems.map((problem) => ({
    ...problem,
    path: problem.path.replace(/^publish\.install\.config\.?/, `${file ?? "the package"}: `),
  }));
  throw new Failure(named.map(describeProblem).join("\n"));
}

async function readConfig(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
  const mistake = yamlMistake(text);
  if (mistake !== undefined) throw new Failure(`${file}: ${mistake}; it must be a YAML map of values`);
  return text;
}

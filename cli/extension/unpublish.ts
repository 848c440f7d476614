/** `unpublish`: takes back what `publish` has brought, without a stack and without a click. */
import { connect } from "../shared/cluster";
import { command, usageError } from "../shared/command";
import { unpublish } from "./unpublishing";

export const unpublishCommand = command({
  help: `unpublish NAME [--kubeconfig FILE] [--context NAME]
  Has KubeSphere uninstall the extension, and takes it out of a cluster's Marketplace: all its versions, their packages, its rights and its
  namespace. What stays is named: a namespace in which something of anybody else's is left, CRDs of the charts' crds/, what a chart has Helm keep.
  A run that was cut off is ended by the same command.

  --kubeconfig FILE  the cluster's (default: $KUBECONFIG, else ~/.kube/config)
  --context NAME     of the kubeconfig (default: the current one)
  --force            also what a Pulumi stack manages`,
  options: {
    kubeconfig: { type: "string" },
    context: { type: "string" },
    force: { type: "boolean", default: false },
  },
  words: [1, 1],
  async run({ words: [name = ""], values: { kubeconfig, context, force }, progress }) {
    if (!/^[a-z0-9-]+$/.test(name)) throw usageError(`"${name}": unpublish takes the extension's name, such as web-shop`);
    const cluster = await connect({ kubeconfig, context });
    const { removed, kept } = await unpublish(cluster, name, { force, say: (text) => progress.now(text) });
    const text = [
      `removed from ${cluster.server}: ${removed.join(", ") || "nothing"}`,
      ...kept.map(({ object, why, mend }) => `${object} stays: ${why}\n  ${mend}`),
    ];
    return { text: text.join("\n"), json: { name, server: cluster.server, removed, kept } };
  },
});

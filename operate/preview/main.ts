/** `npm run preview`: what an `up` would change, for reviewers. Run by `sandbox/run.mjs`. */
import { findHelm } from "../extension/helm";
import { connect } from "../shared/cluster";
import { command, type Call } from "../shared/command";
import { runCommand } from "../shared/main";
import { masker, maskStrings } from "../shared/mask";
import { revealedPreview } from "../shared/preview";
import { openStack, stackConfig } from "../shared/pulumi";
import { knownLater } from "../shared/unknown";
import { asMarkdown } from "./markdown";
import { countsOf, exitCodeOf, resourceChangesOf, type Report } from "./model";
import { packageChanges } from "./packages";
import { releaseChanges } from "./render";
import { touchedReleases } from "./releases";
import { resourcesOf } from "./resources";
import { markedSecrets, secretsOf, statedConfig } from "./secrets";
import { asText } from "./text";

const HELP = `[--stack STACK] [--markdown | --json]

What \`pulumi up\` would change, for reviewers: what is replaced and deleted first; the files that change in an extension's package; the
objects and properties that change in the cluster, as Helm renders them now, against what its releases hold. Nothing is changed.
Secrets are masked, and so is what every render makes anew, such as certificates.

  --stack STACK  (default: the selected one)
  --markdown     for a comment on a pull request, cut to what GitHub takes
  --json         for machines

Exit codes: 0 nothing changes, 2 something does, 3 something is replaced or deleted, 1 it cannot be told, or the command line is wrong.`;

const previewCommand = (checkout: string) =>
  command({
    help: HELP,
    options: { stack: { type: "string" }, markdown: { type: "boolean", default: false } },
    words: [0, 0],
    usageCode: 1,
    async run({ values, cache, progress }) {
      const report = await reportOf(values.stack, checkout, cache, progress);
      return { text: values.markdown ? asMarkdown(report) : asText(report), json: report, exitCode: exitCodeOf(report) };
    },
  });

async function reportOf(name: string | undefined, checkout: string, cache: string, progress: Call["progress"]): Promise<Report> {
  const stack = openStack(name, checkout);
  progress.now("previewing");
  const [config, stated, engine] = await Promise.all([stackConfig(stack), statedConfig(stack, checkout), revealedPreview(stack)]);
  const resources = resourcesOf(engine);
  progress.now("comparing packages");
  const packages = await packageChanges(resources);
  const touched = touchedReleases(resources);
  const { cluster: access = {} } = config as { cluster?: { kubeconfig?: string; context?: string } };
  const connected = async () => ({
    helm: await findHelm(cache),
    cluster: await connect({ kubeconfig: access.kubeconfig, context: access.context }),
  });
  const releases =
    touched.length === 0 ? [] : await releaseChanges(touched, { ...(await connected()), access, checkout }, (text) => progress.now(text));
  const report = {
    // urn:pulumi:<stack>::<project>::…
    stack: resources[0]?.urn.split(":")[2] ?? name ?? "",
    counts: countsOf(resources),
    resources: resourceChangesOf(resources),
    packages,
    releases,
  };
  const mask = masker([...secretsOf(stated, config), ...markedSecrets(engine.state, engine.steps, stated.config)]);
  return maskStrings(report, (text) => knownLater(mask(text)));
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("preview", previewCommand(checkout), args, cache);

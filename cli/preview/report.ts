/** From the engine's preview of a stack to what a reviewer reads: every secret in it is masked. */
import { LUBAN } from "../../kubesphere/luban";
import { findHelm } from "../extension/helm";
import { connect } from "../shared/cluster";
import { existing } from "../shared/existing";
import { masker, maskStrings } from "../shared/mask";
import { revealedPreview, warningsIn } from "../shared/preview";
import { type Stack } from "../shared/pulumi";
import { knownLater } from "../shared/unknown";
import { countsOf, resourceChangesOf, untoldBy, type Report } from "./model";
import { packageChanges } from "./packages";
import { releaseChanges } from "./render";
import { touchedReleases } from "./releases";
import { resourcesOf } from "./resources";
import { markedSecrets, secretsOf, stackSettings } from "./secrets";
import { together } from "../../kubesphere/parallel";

/**
 * @param checkout the folder of Pulumi.yaml
 * @param cache the sandbox's cache folder, where a Helm may be
 * @param tell what is being done
 * @throws Failure with the errors of the program
 */
export async function reportOf(stack: Stack, checkout: string, cache: string, tell: (text: string) => void): Promise<Report> {
  tell("previewing");
  const [{ config, stated }, engine] = await together([stackSettings(stack, checkout), revealedPreview(stack)]);
  const resources = resourcesOf(engine);
  tell("comparing packages");
  const packages = await packageChanges(resources);
  const touched = touchedReleases(resources);
  const { cluster: access = {} } = config as { cluster?: { kubeconfig?: string; context?: string } };
  const cluster = await connect({ kubeconfig: access.kubeconfig, context: access.context });
  tell("looking for what is there already");
  const inTheWay = await existing(cluster, engine);
  const releases =
    touched.length === 0 ? [] : await releaseChanges(touched, { helm: await findHelm(cache), cluster, access, checkout }, tell);
  const report = {
    // urn:pulumi:<stack>::<project>::…
    stack: resources[0]?.urn.split(":")[2] ?? stack.name ?? "",
    counts: countsOf(resources),
    warnings: [...untoldBy({ releases, inTheWay }, warningsIn(engine)), ...alreadyThere(inTheWay, stack.name)],
    resources: resourceChangesOf(resources),
    packages,
    releases,
  };
  const mask = masker([...secretsOf(stated, config), ...markedSecrets(engine.state, engine.steps, stated.config)]);
  return maskStrings(report, (text) => knownLater(mask(text)));
}

const alreadyThere = (objects: readonly string[], stack: string | undefined): readonly string[] =>
  objects.length === 0
    ? []
    : [
        `\`pulumi up\` would end with "already exists" at ${objects.join(", ")}, which this stack did not make: ` +
          `\`${LUBAN} adopt${stack === undefined ? "" : ` --stack ${stack}`}\` takes them into it, or delete them by hand`,
      ];

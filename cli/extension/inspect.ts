/** `inspect`: what an extension will be once it is installed, as far as its files and Helm tell. */
import { explainConfigMap } from "../../kubesphere/extension/configMapSize";
import { configText, valuesOf } from "../../kubesphere/extension/extensionConfig";
import { packed, readExtension } from "../../kubesphere/extension/extensionPackage";
import { describe } from "../../kubesphere/extension/rendering";
import { inKiB } from "../../kubesphere/chart/releaseRecord";
import { command } from "../shared/command";
import { plainRendering } from "../shared/rendering";
import { readConfig } from "./installConfig";
import { wholeVersion } from "./lint";
import { inspection, type InspectedRight, type Inspection } from "./inspection";

export const inspectCommand = command({
  help: `inspect SOURCE [--config FILE] [--kube-version VERSION]
  Says what the extension will be: its UI and why, each right of its executor and the objects that it is for, what is made, images, sizes.

  --config FILE           values as in an install's config, as YAML under the charts' names (default: none)
  --kube-version VERSION  Kubernetes to render for, such as 1.31.0`,
  options: { config: { type: "string" }, "kube-version": { type: "string" } },
  words: [1, 1],
  async run({ words: [source = ""], values: { config, "kube-version": kubeVersion }, cache, progress }) {
    wholeVersion("--kube-version", kubeVersion);
    progress.now(`rendering ${source}`);
    const text = config === undefined ? "" : await readConfig(config);
    const draft = await readExtension(source);
    const installing = { values: valuesOf(text), path: config ?? source };
    draft.checkDependencies(installing.values);
    const rendering = await plainRendering(cache, kubeVersion);
    const description = await describe(draft, rendering, installing);
    const pkg = await packed(draft, description.learnt, rendering.injected);
    const plan = configText(text);
    const found = inspection(draft, pkg, description, plan, await explainConfigMap(pkg, plan));
    return { text: inWords(found), json: found };
  },
});

export function inWords(it: Inspection): string {
  const { sizes } = it;
  const { executorConfigMap, releaseRecord } = sizes;
  return [
    `${it.name} ${it.version}${it.chart === undefined ? "" : ` (the chart is ${it.chart})`}, in the namespace ${it.namespace}`,
    "",
    ...uiLines(it),
    "",
    `Rights of the executor, ${it.areRightsStated ? "as permissions.yaml states them" : "as the rendered objects need them"}`,
    ...it.rights.map(rightLine),
    "",
    "Objects",
    ...objectLines(it.objects),
    ...(it.agentObjects === undefined ? [] : ["", "Objects on each member cluster", ...objectLines(it.agentObjects)]),
    ...(it.images.length === 0 ? [] : ["", "Images", ...it.images.map((image) => `  ${image}`)]),
    "",
    "Sizes",
    `  package ${inKiB(sizes.package)}`,
    `  the executor's ConfigMap, about ${inKiB(executorConfigMap.bytes)} of ${inKiB(executorConfigMap.limit)}`,
    `  Helm's record of the release, about ${inKiB(releaseRecord.bytes)} of ${inKiB(releaseRecord.limit)}, most of it ${mostOf(it)}`,
    ...(it.warnings.length === 0 ? [] : ["", ...it.warnings.map((warning) => `! ${warning}`)]),
  ].join("\n");
}

const objectLines = (objects: Inspection["objects"]) =>
  Object.keys(objects).length === 0 ? ["  none"] : Object.entries(objects).map(([kind, count]) => `  ${count} ${kind}`);

const mostOf = ({ sizes }: Inspection) => sizes.releaseRecord.most.map(({ what, bytes }) => `${what} (${inKiB(bytes)})`).join(", ");

function uiLines({ ui, hosts }: Inspection): string[] {
  if (ui === undefined)
    return hosts.length === 0 ? ["no UI: no menu entry, no Ingress"] : [`no UI of its own Service; Ingresses for ${hosts.join(", ")}`];
  const { name, port, protocol = "HTTP" } = ui.service;
  const others = ui.others.length === 0 ? [] : [`  others: ${ui.others.join(", ")}`];
  return [`UI: Service ${name}:${port}, ${protocol}: ${ui.because}`, ...others];
}

function rightLine({ role, what, verbs, names, isWide, neededBy }: InspectedRight): string {
  const named = names.length === 0 ? "" : ` named ${names.join(", ")}`;
  const wide = isWide ? " (wide)" : "";
  return `  ${role}: ${verbs.join(", ")} ${what}${named}${wide}, for ${neededBy.length === 0 ? "nothing that is rendered" : listed(neededBy)}`;
}

/** A page of names says less than a few. */
const SHOWN = 4;
const listed = (names: readonly string[]) =>
  names.length <= SHOWN ? names.join(", ") : `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`;

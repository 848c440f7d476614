/** What a preview masks, where the configuration says it: one secret among a chart's values may mask them all. */
import { KS_CORE_RELEASE } from "../../kubesphere/api";
import type { Preview, PreviewStep } from "../../policy/preview";
import { statedIngress } from "../shared/statedIngress";
import { RELEASE } from "../../policy/releases";
import { at, isRecord, SECRET } from "../../policy/rule";

/** By key without namespace. May hold secrets in clear. */
export type Config = Readonly<Record<string, unknown>>;

/** By the release's name, the key of the configuration whose `values` reach it. */
const configuredBy = (release: string, config: Config): string | undefined => {
  if (release === KS_CORE_RELEASE) return "ksCore";
  if (release === "harbor") return "harbor";
  const { key, controller } = statedIngress(config);
  return controller?.release === release ? key : undefined;
};

/** The values of releases as the configuration states them; rules report none of a secret's text. */
export const revealed = (preview: Preview, config: Config): Preview => ({
  ...preview,
  steps: (preview.steps ?? []).map((step) => {
    const { newState } = step;
    if (newState === undefined || !isMasked(step)) return step;
    return { ...step, newState: { ...newState, inputs: { ...newState.inputs, values: statedValues(step, config) } } };
  }),
});

function statedValues(step: PreviewStep, config: Config): unknown {
  const name = releaseName(step);
  const key = configuredBy(name, config) ?? "";
  const shown = step.newState?.inputs?.["values"];
  // Of a file's configuration, a key may be masked as a whole; ks-core's rule looks at a key of its own.
  if (shown === SECRET && (name === KS_CORE_RELEASE ? !Object.hasOwn(config, key) : config[key] === undefined)) return SECRET;
  const stated = shown === SECRET ? at(config, key, "values") : shown;
  const values = isRecord(stated) ? stated : {};
  if (name !== KS_CORE_RELEASE || !Object.hasOwn(config, "adminPassword")) return values;
  // A file's configuration may mask it once more.
  return { ...values, authentication: { ...asRecord(values["authentication"]), adminPassword: config["adminPassword"] ?? SECRET } };
}

const asRecord = (value: unknown) => (isRecord(value) ? value : {});

/** What stayed masked, one line each. */
export const unreadable = ({ steps = [] }: Preview): string[] =>
  steps.filter(isMasked).map((step) => `the values of the release ${releaseName(step)}, among them a secret: use --stack`);

/** Those that rules look at, or a part of them that one does. */
const isMasked = ({ newState }: PreviewStep) => {
  if (newState?.type !== RELEASE) return false;
  const values = newState.inputs?.["values"];
  return values === SECRET || at(values, "authentication", "adminPassword") === SECRET;
};
const releaseName = ({ newState }: PreviewStep) => String(newState?.inputs?.["name"]);

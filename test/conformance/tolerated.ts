/** Every difference between the stand-ins and the recordings that is accepted, with its reason. All others fail. */
import type { Difference } from "./differences";

interface Tolerance {
  /** @default every scenario */
  readonly scenario?: string;
  /** Of a {@link Difference}. */
  readonly where: RegExp;
  readonly reason: string;
}

const TOLERANCES: readonly Tolerance[] = [
  {
    where: /: object .*(\.status\b|\.generation$)/,
    reason: "controllers write it in their own time; what the provider waits for shows in the outputs",
  },
  {
    scenario: "deployment-ready",
    where: /outputs\.status\.terminatingReplicas$/,
    reason: "counts pods of the old replica set, which go at their own time",
  },
  {
    scenario: "job-fails",
    where: /outputs\.status\.(failed|terminating|uncountedTerminatedPods\.failed)$/,
    reason: "the controller says that the Job fails before it has counted its pods; a watch sees the first of these states",
  },
  {
    scenario: "no-permission",
    where: /^up 5: error/,
    reason: "helm's command looks for earlier releases first, so that it is refused another read than the library in the official provider",
  },
  {
    scenario: "get-configmap",
    where: /^up 1: state\.ref\.outputs\.__inputs\./,
    reason: "recorded as a secret that holds nothing; the stand-in keeps what names the object, and nobody reads either",
  },
  {
    scenario: "server-validation",
    where: /^(up [357]: state\.web\.|(preview 4|up 5): ops\[1\]\.(op|detailedDiff))/,
    reason:
      "the official provider drops unknown fields of built-in kinds at check; the stand-in lets the server drop them, so that taking them " +
      "out of the program is an update of its own. The SDK's typed classes have no such fields",
  },
  {
    scenario: "import-configmap",
    where: /^import 0: (exitCode|ops|error)/,
    reason: "the recorded command crashed after the import; the recording says itself that only its state counts",
  },
  {
    scenario: "release-import-and-exists",
    where: /^import 4: (exitCode|ops|error|warnings)/,
    reason: "as for import-configmap; the warning says that the chart's name alone does not find it",
  },
];

export const isTolerated = (scenario: string, { where }: Difference): boolean =>
  TOLERANCES.some((tolerance) => (tolerance.scenario ?? scenario) === scenario && tolerance.where.test(where));

/** A diagnostic's text, where the same is said in other words. */
export const sameMeaning = (text: string): string =>
  text
    // Why nothing answered, as Go or as Node.js puts it.
    .replace(/(from the API server: ).*(connection refused|ECONNREFUSED.*)/g, "$1no answer")
    // Advice on what to do with an object that exists already.
    .replace(/(already exists)\n\n[\s\S]*$/, "$1");

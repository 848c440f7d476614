/** Every difference between the stand-ins and the recordings that is accepted, with its reason. All others fail. */
import type { Difference } from "./differences";
import { declares, type Scenario, type Step } from "./vectors";

interface Tolerance {
  /** @default every step of every scenario */
  readonly of?: (step: Step, scenario: Scenario) => boolean;
  /** Behind the step's name, in {@link Difference.where}. */
  readonly where: RegExp;
  readonly reason: string;
}

const declared = (step: Step) => (step.program ?? []).map(({ type }) => type);

const TOLERANCES: readonly Tolerance[] = [
  {
    where: /^object .*(\.status\b|\.generation$)/,
    reason: "controllers write it in their own time; what the provider waits for shows in the outputs",
  },
  {
    where: /outputs\.status\.terminatingReplicas$/,
    reason: "counts pods of the old replica set, which go at their own time",
  },
  {
    of: (_, scenario) => declares(scenario, /:Job$/),
    where: /outputs\.status\.(failed|terminating|uncountedTerminatedPods\.failed)$/,
    reason: "the controller says that the Job fails before it has counted its pods; a watch sees the first of these states",
  },
  {
    of: (step) => declared(step).some((type) => type.endsWith(":Release")) && / is forbidden: /.test(step.error ?? ""),
    where: /^error/,
    reason: "helm's command looks for earlier releases first, so that it is refused another read than the library in the official provider",
  },
  {
    of: (step) => (step.program ?? []).some(({ get }) => get !== undefined),
    where: /^state\..*\.outputs\.__inputs\./,
    reason: "recorded as a secret that holds nothing; the stand-in keeps what names the object, and nobody reads either",
  },
  {
    of: (_, { steps }) => steps.some(({ note, exitCode }) => note === "unknown fields" && exitCode === 0),
    where: /^(state\.\w+\.(inputs|outputs)|ops\[\d+\]\.(op|detailedDiff))/,
    reason:
      "the official provider drops unknown fields of built-in kinds at check; the stand-in lets the server drop them, so that taking them " +
      "out of the program is an update of its own. The SDK's typed classes have no such fields",
  },
  {
    of: ({ command, note = "" }) => command === "import" && note.includes("only stateAfter is worth comparing"),
    where: /^(exitCode|ops|error|warnings|info)/,
    reason: "the recorded command crashed after the import; the recording says itself that only its state counts",
  },
];

/** @param step the difference's, whose name leads {@link Difference.where} */
export const isTolerated = (scenario: Scenario, step: Step, { where }: Difference): boolean =>
  TOLERANCES.some(({ of, where: pattern }) => (of?.(step, scenario) ?? true) && pattern.test(where));

/** A diagnostic's text, where the same is said in other words. */
export const sameMeaning = (text: string): string =>
  text
    // Why nothing answered, as Go or as Node.js puts it.
    .replace(/(from the API server: ).*(?:connection refused|ECONNREFUSED [\d.:]+)/g, "$1no answer")
    // Advice on what to do with an object that exists already.
    .replace(/(already exists)\n\n[\s\S]*$/, "$1");

/** The scenarios recorded from the official provider; each `test/vectors/provider-kubernetes*.json` is a list of {@link Scenario}. */
import { readdirSync, readFileSync } from "fs";
import { join } from "path";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

export interface Declared {
  readonly urnName: string;
  readonly type: string;
  readonly inputs: JsonObject;
  readonly opts?: JsonObject;
  /** The id of an object that is read instead of made. */
  readonly get?: string;
}

export interface Operation {
  readonly op: string;
  readonly urnName: string;
  readonly type: string;
  readonly replaceReasons: readonly string[] | null;
  readonly diffReasons: readonly string[] | null;
  readonly detailedDiff: Readonly<Record<string, { readonly kind: string; readonly inputDiff: boolean }>> | null;
  readonly failed?: true;
}

export interface StateResource extends JsonObject {
  readonly urnName: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Json;
  readonly outputs: JsonObject;
}

/** A line that the recorder ran in a shell; the one in the background ran that long after the command began. */
export type Preparation = string | { readonly background: string; readonly afterSeconds: number };

export interface Diagnostic {
  readonly urnName: string;
  readonly message: string;
}

export interface Step {
  readonly command: "preview" | "up" | "refresh" | "destroy" | "import";
  readonly args?: readonly string[];
  readonly program?: readonly Declared[];
  readonly provider?: string | JsonObject;
  readonly setup?: readonly Preparation[];
  /** Further environment variables of the command. */
  readonly env?: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly ops: readonly Operation[];
  readonly error: string | null;
  readonly warnings?: readonly Diagnostic[];
  readonly info?: readonly Diagnostic[];
  /** What is special about the step. */
  readonly note?: string;
  /** Absent after a preview. */
  readonly stateAfter?: { readonly resources: readonly StateResource[] };
  /** `kind/namespace/name` to the object on the API server, null when it is not there. */
  readonly objectAfter?: Readonly<Record<string, JsonObject | null>>;
}

export interface Scenario {
  readonly name: string;
  /** What a user would lose if a provider differed. */
  readonly why: string;
  readonly provider: string | JsonObject;
  readonly steps: readonly Step[];
}

/** Every recording of this form is replayed: a file beside the others is all that it takes. */
const RECORDING = /^provider-kubernetes.*\.json$/;

export const scenariosIn = (folder: string): readonly Scenario[] =>
  readdirSync(folder)
    .filter((name) => RECORDING.test(name))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as readonly Scenario[]);

export const scenarios = scenariosIn(join(__dirname, "../vectors"));

export const declares = ({ steps }: Pick<Scenario, "steps">, type: RegExp): boolean =>
  steps.some(({ program, args }) => [...(program ?? []).map((resource) => resource.type), ...(args ?? [])].some((text) => type.test(text)));

/** Of the lines that were run before a command, those that only make room for it. */
const MAKES_ROOM = /^kubectl (create (ns|namespace) |apply -f - <<< .*"CustomResourceDefinition"|wait --for=condition=Established )/;

const isWaitedFor = ({ program = [], setup = [] }: Step) =>
  setup.some((line) => typeof line !== "string") ||
  program.some(({ inputs, opts }) => Boolean(opts?.["customTimeouts"]) || JSON.stringify(inputs).includes("pulumi.com/"));

/** Something was done beside Pulumi, or not all was said by the program alone. */
const isDisturbed = ({ command, args, env, provider, setup = [] }: Step) =>
  command === "refresh" ||
  command === "import" ||
  args?.length ||
  Object.keys(env ?? {}).length > 0 ||
  provider !== undefined ||
  setup.some((line) => typeof line !== "string" || !MAKES_ROOM.test(line));

const GROUPS: Readonly<Record<string, (scenario: Scenario) => boolean>> = {
  releases: (scenario) => declares(scenario, /:Release$/),
  waits: ({ steps }) => steps.some(isWaitedFor),
  objects: ({ steps }) => !steps.some(isDisturbed),
  /** What others did to the object, or to the way to the cluster. */
  ownership: () => true,
};

/** The first group that fits. */
export const groupOf = (scenario: Scenario): string | undefined => Object.entries(GROUPS).find(([, fits]) => fits(scenario))?.[0];

/** Jest runs one file for each group, several at a time. */
export const scenariosOf = (group: string): readonly Scenario[] => scenarios.filter((scenario) => groupOf(scenario) === group);

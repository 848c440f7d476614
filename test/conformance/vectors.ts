/** The scenarios recorded from the official provider; `test/vectors/provider-kubernetes.json` is a list of {@link Scenario}. */
import { readFileSync } from "fs";
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

export interface Step {
  readonly command: "preview" | "up" | "refresh" | "destroy" | "import";
  readonly args?: readonly string[];
  readonly program?: readonly Declared[];
  readonly provider?: string | JsonObject;
  readonly setup?: readonly Preparation[];
  readonly exitCode: number;
  readonly ops: readonly Operation[];
  readonly error: string | null;
  readonly warnings?: readonly { readonly urnName: string; readonly message: string }[];
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

const scenarios = JSON.parse(readFileSync(join(__dirname, "../vectors/provider-kubernetes.json"), "utf8")) as readonly Scenario[];

export const declares = ({ steps }: Scenario, type: RegExp): boolean =>
  steps.some(({ program, args }) => [...(program ?? []).map((resource) => resource.type), ...(args ?? [])].some((text) => type.test(text)));

/** Kinds that no stack of this project declares: the stand-in refuses them by name, the official plugin serves them. */
export const UNUSED_KINDS = /:(Service|StatefulSet)$/;

const GROUPS: Readonly<Record<string, (scenario: Scenario) => boolean>> = {
  releases: (scenario) => declares(scenario, /:Release$/),
  waits: ({ name }) => /^(wait|deployment|job|service|statefulset|delete)/.test(name),
  objects: ({ name }) => /^(configmap|secret|namespace|custom-resource)/.test(name),
  /** What others did to the object, or to the way to the cluster. */
  ownership: () => true,
};

/** Each scenario is in the first group that fits; jest runs one file for each, several at a time. */
export const scenariosOf = (group: string): readonly Scenario[] =>
  scenarios.filter((scenario) => Object.entries(GROUPS).find(([, fits]) => fits(scenario))?.[0] === group);

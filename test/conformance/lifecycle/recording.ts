/** The recorded scenarios, and the forms in which they are compared. */
import { readFileSync } from "fs";
import { join } from "path";
import { isObject, type Json, type JsonObject } from "../vectors";

export interface Scenario {
  readonly scenario: string;
  readonly extension: string;
  readonly plan: string;
  readonly targetNamespace: string;
  readonly steps: readonly Step[];
  readonly events: readonly {
    /** Milliseconds since the beginning. */
    readonly tMs: number;
    readonly event: "ADDED" | "MODIFIED" | "DELETED";
    readonly kind: string;
    readonly object: {
      readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
      readonly spec?: JsonObject | "<unchanged>";
      readonly status?: JsonObject;
    };
  }[];
}

/** One of: something done, waited for, or looked at. */
export interface Step {
  readonly tMs: number;
  readonly do?: string;
  readonly request?: JsonObject;
  readonly mergePatch?: JsonObject;
  readonly result?: { readonly status?: number; readonly message?: string };
  readonly waited?: string;
  readonly reached?: boolean;
  readonly snapshot?: string;
  readonly objects?: JsonObject;
}

export const vectors = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, "../../vectors", file), "utf8"));

export const { scenarios } = vectors("installplan-lifecycle.json") as { scenarios: readonly Scenario[] };

/** When something happened, under which identity, and the random end of a Job's name. */
const PASSING = new Set(["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "lastTransitionTime"]);
const IDENTITY = new Set(["managedFields", "resourceVersion", "uid"]);

export function timeless(value: Json | undefined): Json | undefined {
  if (typeof value === "string") return value.replace(/^(helm-executor-.*-)(?:<r\d+>|[a-z0-9]{6})$/, "$1<tail>");
  if (Array.isArray(value)) return value.map((item) => timeless(item) as Json);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !PASSING.has(key) && !IDENTITY.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, timeless(item)]));
}

/**
 * What a plan's status went through. Left out is what is chance on both sides: how often a loop of failures went round (and with it
 * the history of states, which counts the rounds), and whether somebody looked while Helm was at work, which shows the old version.
 */
export function course(statuses: readonly (JsonObject | undefined)[]): (Json | undefined)[] {
  const views = statuses.map((status) => {
    const view = { ...(timeless(status ?? {}) as JsonObject) };
    delete view["stateHistory"];
    if (view["state"] === "Upgrading") delete view["version"];
    return view;
  });
  return withoutRounds(views.map((view) => JSON.stringify(sorted(view)))).map((view) => JSON.parse(view) as Json);
}

const sorted = (view: JsonObject) => Object.fromEntries(Object.entries(view).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A row that repeats at once what it has just been through, once only. */
function withoutRounds(row: readonly string[]): string[] {
  const kept: string[] = [];
  for (const item of row) {
    kept.push(item);
    for (let length = 1; length <= kept.length / 2; length++) {
      const [before, last] = [kept.slice(-2 * length, -length), kept.slice(-length)];
      if (before.every((it, index) => it === last[index])) {
        kept.splice(-length);
        break;
      }
    }
  }
  return kept;
}

/** What `pulumi preview --json --show-sames` says, as rules look at it. */
import { HOST_CLUSTER } from "../kubesphere/api";
import { placementsOf } from "./placements";
import { SECRET, at, isRecord, type Change, type Resource, type StackFacts } from "./rule";
import { DEFAULT_NODE_PORTS } from "./rules";

interface State {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: State;
  readonly newState?: State;
}

export interface Preview {
  /** By key with namespace: what is no text as JSON, what holds a secret as `[secret]`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly steps?: readonly PreviewStep[];
}

/** Every resource that the stack would have, changed or not. */
export const resourcesOf = ({ steps = [] }: Preview): Resource[] =>
  // A replacement may be told in several steps.
  [
    ...new Map(
      steps.flatMap(({ urn, newState }) => (newState ? [[urn, { urn, type: newState.type, inputs: newState.inputs ?? {} }]] : [])),
    ).values(),
  ];

/** What would be done to what is there, once for each resource. */
export const changesOf = ({ steps = [] }: Preview): Change[] => {
  const changes = steps.flatMap(({ urn, op, oldState }) =>
    oldState && op !== "same" ? [{ urn, op, type: oldState.type, inputs: oldState.inputs ?? {} }] : [],
  );
  return [...new Map(changes.map((change) => [change.urn, change])).values()];
};

const NAMESPACE = "kubesphere:";

/** This project's configuration by key without namespace; undefined where the value is a secret. */
export const configsOf = ({ config = {} }: Preview): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, text]) =>
      key.startsWith(NAMESPACE) ? [[key.slice(NAMESPACE.length), text === SECRET ? undefined : parsed(text)]] : [],
    ),
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function factsOf(preview: Preview): StackFacts {
  const { ports, production, ksCore } = configsOf(preview);
  const stated = isRecord(ports) ? Object.values(ports).filter((port) => typeof port === "number") : [];
  const host = at(ksCore, "values", "multicluster", "hostClusterName");
  const placements = placementsOf(resourcesOf(preview), typeof host === "string" ? host : HOST_CLUSTER);
  return { production: production === true, nodePorts: [...DEFAULT_NODE_PORTS, ...stated], placements };
}

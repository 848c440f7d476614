/** The stack, KubeKey and the cluster as a test gives them, and what was done with them. */
import type { Tools } from "../../../cli/cluster/create";
import type { Kk } from "../../../cli/cluster/kk";
import type { LiveCluster } from "../../../cli/cluster/live";
import type { Opened } from "../../../cli/cluster/stack";
import { Failure } from "../../../cli/shared/command";
import { stackOn } from "../../../cli/shared/pulumi";
import { HOSTS, LIVE, settings } from "./support";

/** No SSH keys, which this machine would have to have. */
export const kubekey = settings({ hosts: HOSTS.map((host) => ({ ...host, privateKeyPath: undefined, password: "Qcloud@123" })) });
export const CHECKOUT = "/checkout";

const KK3: Kk = { program: "kk", version: "v3.1.12", major: 3 };
/** What it prints is shorter than what a real one does. */
export const KK4: Kk = {
  ...{ program: "kk", version: "v4.0.6", major: 4 },
  printed: {
    inventory: { kind: "Inventory", spec: { hosts: null, groups: {} } },
    config: { kind: "Config", spec: { kubernetes: { helm_version: "v3.18.5" } } },
  },
};

export interface World {
  readonly kubeconfig?: string;
  /** By type. */
  readonly resources?: readonly string[];
  /** What each asking of the cluster gives, the last one again and again. */
  readonly clusters?: readonly (LiveCluster | Failure)[];
  readonly code?: number;
  readonly left?: string;
  readonly settings?: typeof kubekey;
  /** @default a KubeKey 3 */
  readonly kk?: Kk;
}

/** @returns what was run, in order, beside the stack and the tools */
export function world({ kubeconfig, resources = [], clusters = [LIVE], code = 0, left, settings: wanted = kubekey, kk = KK3 }: World) {
  const did: string[] = [];
  const inputs: string[] = [];
  const files: Readonly<Record<string, string>>[] = [];
  const stack = stackOn({
    name: "dev",
    env: {},
    run: (args, input = "") => {
      if (args[0] === "stack") {
        const state = {
          deployment: { resources: resources.map((type) => ({ urn: type, type, custom: !type.startsWith("kubesphere:") })) },
        };
        return Promise.resolve({ code: 0, stdout: JSON.stringify(state), stderr: "" });
      }
      did.push(`pulumi ${args.join(" ")}`);
      inputs.push(input);
      return Promise.resolve({ code: 0, stdout: "", stderr: "" });
    },
  });
  const answers = [...clusters];
  const tools: Tools = {
    checkout: CHECKOUT,
    findKk: (kubernetes, installs) => {
      did.push(`find kk ${installs ? "to install" : "for"} ${kubernetes}`);
      return Promise.resolve(kk);
    },
    runKk: (_kk, { args, files: given }) => {
      did.push(`kk ${args.join(" ")}`);
      files.push(given);
      return Promise.resolve({ code, kubeconfig: left });
    },
    ask: () => {
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? new Failure("nobody there");
      return answer instanceof Failure ? Promise.reject(answer) : Promise.resolve(answer);
    },
    now: () => undefined,
  };
  const opened: Opened = { stack, name: "dev", kubekey: wanted, kubeconfig };
  return { opened, tools, did, inputs, files };
}

export const yes = () => Promise.resolve(true);

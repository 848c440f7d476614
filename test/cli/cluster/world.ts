/** The stack, KubeKey and the cluster as a test gives them, and what was done with them. */
import type { Tools } from "../../../cli/cluster/create";
import type { LiveCluster } from "../../../cli/cluster/live";
import type { Opened } from "../../../cli/cluster/stack";
import { Failure } from "../../../cli/shared/command";
import { stackOn } from "../../../cli/shared/pulumi";
import { HOSTS, LIVE, settings } from "./support";

/** No SSH keys, which this machine would have to have. */
export const kubekey = settings({ hosts: HOSTS.map((host) => ({ ...host, privateKeyPath: undefined, password: "Qcloud@123" })) });
export const CHECKOUT = "/checkout";

export interface World {
  readonly kubeconfig?: string;
  /** By type. */
  readonly resources?: readonly string[];
  /** What each asking of the cluster gives, the last one again and again. */
  readonly clusters?: readonly (LiveCluster | Failure)[];
  readonly code?: number;
  readonly left?: string;
  readonly settings?: typeof kubekey;
}

/** @returns what was run, in order, beside the stack and the tools */
export function world({ kubeconfig, resources = [], clusters = [LIVE], code = 0, left, settings: wanted = kubekey }: World) {
  const did: string[] = [];
  const inputs: string[] = [];
  const files: string[] = [];
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
    findKk: (kubernetes) => {
      did.push(`find kk for ${kubernetes ?? "nothing"}`);
      return Promise.resolve({ program: "kk", version: "v3.1.12" });
    },
    runKk: (_kk, { args, file }) => {
      did.push(`kk ${args.join(" ")}`);
      files.push(file);
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

/**
 * kubesphere-sim: what the program can observe of KubeSphere's controllers, console and ingress controller, for the
 * sandbox's cluster. It reads and writes only through the API server.
 *
 *     kubesphere-sim --kubeconfig <file> --helm <executable> --kustomize <executable> --state-dir <folder>
 */
import { parseArgs } from "node:util";
import { simulate } from "./simulator.js";

const { values } = parseArgs({
  options: {
    kubeconfig: { type: "string" },
    helm: { type: "string" },
    kustomize: { type: "string" },
    "state-dir": { type: "string" },
  },
});
const { kubeconfig, helm, kustomize, "state-dir": stateDir } = values;
if (kubeconfig === undefined || helm === undefined || kustomize === undefined || stateDir === undefined)
  throw new Error("usage: kubesphere-sim --kubeconfig <file> --helm <executable> --kustomize <executable> --state-dir <folder>");
await simulate({ kubeconfig, helm, kustomize, stateDir });

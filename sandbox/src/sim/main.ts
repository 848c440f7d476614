/**
 * kubesphere-sim: what the program can observe of KubeSphere's controllers, console and ingress controller, for the
 * sandbox's cluster. It reads and writes only through the API server.
 *
 *     kubesphere-sim --kubeconfig <file> --helm <executable> --kustomize <executable> --charts <folder> --state-dir <folder> [--member <file>]
 */
import { parseArgs } from "node:util";
import { simulate } from "./simulator.js";

const { values } = parseArgs({
  options: {
    kubeconfig: { type: "string" },
    helm: { type: "string" },
    kustomize: { type: "string" },
    charts: { type: "string" },
    "state-dir": { type: "string" },
    member: { type: "string" },
  },
});
const { kubeconfig, helm, kustomize, charts, "state-dir": stateDir, member } = values;
if (kubeconfig === undefined || helm === undefined || kustomize === undefined || charts === undefined || stateDir === undefined)
  throw new Error(
    "usage: kubesphere-sim --kubeconfig <file> --helm <executable> --kustomize <executable> --charts <folder> --state-dir <folder> [--member <file>]",
  );
await simulate({ kubeconfig, helm, kustomize, charts, stateDir, ...(member !== undefined && { member }) });

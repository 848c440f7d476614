/**
 * kubesphere-sim: what the program can observe of KubeSphere's controllers, console and ingress controller, for the
 * sandbox's cluster. It reads and writes only through the API server.
 *
 *     kubesphere-sim --kubeconfig <file> --helm <executable> --state-dir <folder>
 *     kubesphere-sim --post-render <extension>     (Helm's post-renderer, from standard input to standard output)
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { postRender } from "./postRender.js";

const { values } = parseArgs({
  options: {
    kubeconfig: { type: "string" },
    helm: { type: "string" },
    "state-dir": { type: "string" },
    "post-render": { type: "string" },
  },
});

if (values["post-render"] !== undefined) {
  await postRender(values["post-render"]);
} else {
  const { kubeconfig, helm, "state-dir": stateDir } = values;
  if (kubeconfig === undefined || helm === undefined || stateDir === undefined)
    throw new Error("usage: kubesphere-sim --kubeconfig <file> --helm <executable> --state-dir <folder>");
  // Loaded only here: Helm waits for the post-renderer, which needs no Kubernetes client.
  const { simulate } = await import("./simulator.js");
  await simulate({ kubeconfig, helm, stateDir, program: [process.execPath, fileURLToPath(import.meta.url)] });
}

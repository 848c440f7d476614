/** The plugin's entry: `pulumi-resource-kubernetes <engine's address>`. */
import { engineLog } from "../engineLog.js";
import { serve } from "../server.js";
import { KubernetesProvider } from "./kubernetes.js";

const home = process.env["KUBESPHERE_SANDBOX_HOME"];
if (!home) throw new Error("KUBESPHERE_SANDBOX_HOME is not set: this stand-in plugin is started by the sandbox's own wrapper");
await serve(new KubernetesProvider({ home, helm: process.env["KUBESPHERE_SANDBOX_HELM"] ?? "helm", log: engineLog(process.argv) }));

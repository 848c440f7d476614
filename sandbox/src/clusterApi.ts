/** The few questions that the sandbox itself asks its API server, as its administrator. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { ControlPlanePaths } from "./paths.js";
import type { ClusterPorts } from "./settings.js";

export interface Answer {
  /** HTTP status; 0 when nobody answered. */
  readonly status: number;
  readonly body: string;
}

/** @param path with a leading slash */
export function askCluster(
  { pki }: Pick<ControlPlanePaths, "pki">,
  ports: ClusterPorts,
  path: string,
  method: "GET" | "DELETE" = "GET",
): Promise<Answer> {
  const file = (name: string) => readFileSync(join(pki, name));
  const tls = { ca: file("ca.crt"), cert: file("admin.crt"), key: file("admin.key") };
  return new Promise((answer) => {
    const asked = request({ host: "127.0.0.1", port: ports.kubeApiserver, path, method, timeout: 5000, ...tls }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("end", () => answer({ status: response.statusCode ?? 0, body }));
    });
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => answer({ status: 0, body: "" }));
    asked.end();
  });
}

/** Whether the API server says that it is ready, its own roles and priority classes included. */
export const isReady = async (paths: Pick<ControlPlanePaths, "pki">, ports: ClusterPorts) =>
  (await askCluster(paths, ports, "/readyz")).status === 200;

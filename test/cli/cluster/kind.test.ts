import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { parseSettings } from "../../../settings/parsedSettings";

test("on kind, the program's default ports are the machine's: console and extensions answer there", () => {
  const { ports } = parseSettings({ access: { nodeIP: "127.0.0.1" } }, "dev");
  const mapped = (port: number) => ({ containerPort: port, hostPort: port, listenAddress: "127.0.0.1", protocol: "TCP" });
  expect(load(readFileSync(join(__dirname, "../../../cli/kind.yaml"), "utf8"))).toEqual({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: "kubesphere",
    nodes: [{ role: "control-plane", extraPortMappings: [mapped(ports.ingress), mapped(ports.console)] }],
  });
});

/** What the figures were measured on. */
import { arch, cpus, platform, totalmem } from "node:os";
import type { Workbench } from "./workbench";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly versions: Readonly<Record<string, string>>;
}

export async function machine(bench: Workbench): Promise<Machine> {
  const version = async (command: string, ...args: string[]) => {
    const { stdout } = await bench.run(command, ...args);
    return /(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? stdout.trim();
  };
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    platform: `${platform()} ${arch()}`,
    versions: {
      node: process.versions.node,
      pulumi: await version("pulumi", "version"),
      helm: await version("helm", "version", "--template", "{{.Version}}"),
      kubectl: await version("kubectl", "version", "--client"),
    },
  };
}

/** The control planes of a sandbox: the host's, and with `--member` the one of a second cluster, which is like it in all but its place. */
import { rmSync } from "node:fs";
import { startControlPlane, stopControlPlane, type Brought } from "./controlPlane.js";
import type { SandboxPaths } from "./paths.js";
import { chooseClusterPorts, type Settings } from "./settings.js";
import type { Located } from "./tools/find.js";

export interface Started {
  /** Those that they have now. */
  readonly ports: Pick<Settings, "clusterPorts" | "memberPorts">;
  /** Whether the host's is empty. */
  readonly isNew: boolean;
  /** Whether all of them ran already. */
  readonly isRunning: boolean;
  /** For the progress report. */
  readonly said: string;
}

const isEmpty = (brought: Brought) => brought === "created" || brought === "created anew";

/** Brings them up side by side: much of a start is waiting. */
export async function startControlPlanes(paths: SandboxPaths, settings: Settings, tools: Located): Promise<Started> {
  const { clusterPorts, memberPorts } = settings;
  const choice = (which: "clusterPorts" | "memberPorts", kept: Settings["clusterPorts"]) => ({
    kept,
    choose: (former: Settings["clusterPorts"]) => chooseClusterPorts(paths, which, former),
  });
  const host = startControlPlane(paths, choice("clusterPorts", clusterPorts), tools);
  if (memberPorts === undefined) {
    const { brought, ports } = await host;
    return {
      ports: { clusterPorts: ports },
      isNew: isEmpty(brought),
      isRunning: brought === "is running",
      said: `control plane: ${brought}`,
    };
  }
  const start = () => startControlPlane(paths.member, choice("memberPorts", memberPorts), tools);
  // Both come to their ends: what goes on after a failure would run on after this process.
  const [ofHost, ofMember] = await Promise.allSettled([host, start()]);
  if (ofHost.status === "rejected") throw ofHost.reason;
  if (ofMember.status === "rejected") throw ofMember.reason;
  const isNew = isEmpty(ofHost.value.brought);
  let member = ofMember.value;
  if (isNew && !isEmpty(member.brought)) {
    // A member keeps what its former host has installed, and would be another host's.
    await stopControlPlane(paths.member);
    rmSync(paths.member.root, { recursive: true, force: true });
    member = await start();
  }
  return {
    ports: { clusterPorts: ofHost.value.ports, memberPorts: member.ports },
    isNew,
    isRunning: [ofHost.value, member].every(({ brought }) => brought === "is running"),
    said: `control planes: host ${ofHost.value.brought}, member ${member.brought}`,
  };
}

/** Ports of this machine for a sandbox. */
import { randomInt } from "crypto";
import { isPortFree } from "../../sandbox/src/portFree";
import { Failure } from "./command";

// Of Kubernetes, without its last.
const NODE_PORTS = { from: 30_000, to: 32_767 };

/** Two free ports. The search starts at a random port, so that two sandboxes that start together do not take the same ports. */
export async function freeNodePorts(): Promise<[number, number]> {
  const { from, to } = NODE_PORTS;
  const first = randomInt(to - from);
  const free: number[] = [];
  for (let tried = 0; tried < to - from; tried++) {
    const port = from + ((first + tried) % (to - from));
    if (await isPortFree(port)) free.push(port);
    const [one, two] = free;
    if (one !== undefined && two !== undefined) return [one, two];
  }
  throw new Failure(`no two ports are free between ${from} and ${to}`);
}

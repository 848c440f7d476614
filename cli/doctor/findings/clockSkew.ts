/** Clocks that differ by more than a minute, between which tokens are not valid yet or no more. */
import { check, type Finding } from "../finding";
import type { NodeClock, ServerClock } from "../facts/facts";

/** Milliseconds. */
const MOST = 60_000;
/** A node renews its Lease every ten seconds, and is taken for lost after forty. */
const RENEWAL = 40_000;

const MEANS = "ID tokens are not valid yet, or no more, where they are checked: logins fail at random";
const MEND = ["switch on time synchronisation (chrony, systemd-timesyncd) there, then: timedatectl status"];

export const serverClock = check("serverClock", "the API server's clock is right", ["serverClock"], (facts) => ofServer(facts.serverClock));

export const nodeClocks = check("nodeClocks", "the nodes' clocks are right", ["nodeClocks"], (facts) => facts.nodeClocks.flatMap(ofNode));

function ofServer({ server, asked, answered }: ServerClock): readonly Finding[] {
  const [ahead, behind] = [server - answered, asked - server];
  if (ahead <= MOST && behind <= MOST) return [];
  return [{ object: "clock of the API server", why: `it is ${seconds(ahead, behind)} this machine's`, means: MEANS, mend: MEND }];
}

function ofNode({ node, renewed, read }: NodeClock): readonly Finding[] {
  const [ahead, behind] = [renewed - read, read - renewed - RENEWAL];
  if (ahead <= MOST && behind <= MOST) return [];
  return [
    {
      object: `clock of Node ${node}`,
      why: `by its last Lease in kube-node-lease it is ${seconds(ahead, behind)} the API server's`,
      means: MEANS,
      mend: MEND,
    },
  ];
}

const seconds = (ahead: number, behind: number) =>
  ahead > behind ? `${Math.round(ahead / 1000)} s ahead of` : `${Math.round(behind / 1000)} s behind`;

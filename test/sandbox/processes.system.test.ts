import { spawn } from "node:child_process";
import { once } from "node:events";
import { end, isAlive, ownPid, run } from "../../sandbox/src/processes";

test("a process is taken for ours only when its command line says so: a recycled pid is never killed", async () => {
  const child = spawn("sleep", ["61.5"]);
  const pid = child.pid ?? 0;
  const known = [ownPid(String(pid), "61.5"), ownPid(`${pid}\n`, "/cache/sandboxes/default"), ownPid("", "sleep"), ownPid("1", "")];
  await Promise.all([end([pid], "SIGTERM"), once(child, "exit")]);
  expect({ known, isAlive: isAlive(pid) }).toEqual({ known: [pid, undefined, undefined, undefined], isAlive: false });
});

test("a process that does not end when asked is killed", async () => {
  const child = spawn("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  await Promise.all([end([child.pid ?? 0], "SIGTERM", 200), once(child, "exit")]);
  expect(child.signalCode).toBe("SIGKILL");
});

test("a command that cannot be started is an answer, not a crash", async () => {
  expect(await run("/nowhere/tool", [])).toEqual({ code: 127, stdout: "", stderr: "spawn /nowhere/tool ENOENT" });
});

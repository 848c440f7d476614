import { spawn } from "node:child_process";
import { once } from "node:events";
import { end, isAlive, ownPid, run } from "../../sandbox/src/processes";
import { isPortFree } from "../../sandbox/src/portFree";

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

/** It listens, and has so much memory that the system takes its time to take it back. */
const LARGE = `
const memory = Buffer.alloc(400 * 1024 * 1024, 1);
const server = require("net").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

test("what has been ended has let go of its port: whoever starts next would find it taken", async () => {
  for (let time = 0; time < 3; time++) {
    const child = spawn(process.execPath, ["-e", LARGE], { stdio: ["ignore", "pipe", "ignore"] });
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    await end([child.pid ?? 0], "SIGKILL");
    expect(await isPortFree(Number(port.toString()))).toBe(true);
  }
});

/** Who holds a stack, as Pulumi says it, and whether he is still there. */
import { spawn } from "child_process";
import { holdersIn, whereaboutsOf, type Holder } from "../../../cli/recover/lock";

const SAID = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/kubesphere/prod/a.json?no_tmp_dir=true: created by ann@desk (pid 4711) at 2026-01-01T00:00:00Z
  s3://bucket/.pulumi/locks/organization/kubesphere/prod/b.json: created by runner@ci-7 (pid 12) at 2026-01-02T00:00:00+01:00
`;

test("every holder is read from what Pulumi says, whatever the backend", () => {
  expect(holdersIn(SAID)).toEqual([
    { user: "ann", host: "desk", pid: 4711, since: "2026-01-01T00:00:00Z" },
    { user: "runner", host: "ci-7", pid: 12, since: "2026-01-02T00:00:00+01:00" },
  ]);
  expect(holdersIn("error: a stack named prod already exists\n")).toEqual([]);
});

describe("a lock is only taken from who is known to be gone", () => {
  const holder = (pid: number, host = "desk"): Holder => ({ user: "ann", host, pid, since: "2026-01-01T00:00:00Z" });

  test("nobody can tell of another machine", () => expect(whereaboutsOf(holder(1, "ci-7"), "desk")).toBe("elsewhere"));

  test("a running pulumi is at work; a stranger that got its process id is not; nor is one that has ended", async () => {
    const start = (name: string) => spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", name]);
    const [pulumi, stranger] = [start("pulumi"), start("editor")];
    const ended = Promise.all([pulumi, stranger].map((child) => new Promise((done) => child.once("close", done))));
    await Promise.all([pulumi, stranger].map((child) => new Promise((done) => child.once("spawn", done))));
    const where = () => [pulumi, stranger].map(({ pid = 0 }) => whereaboutsOf(holder(pid), "desk"));
    expect(where()).toEqual(["at work", "gone"]);
    pulumi.kill();
    stranger.kill();
    await ended;
    expect(where()).toEqual(["gone", "gone"]);
  });
});

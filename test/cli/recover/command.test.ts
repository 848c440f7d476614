/** The command on a stack that somebody else holds, as it is called; the rest of it is proven on the real engine. */
import { chmod, writeFile } from "fs/promises";
import { hostname } from "os";
import { join } from "path";
import { main } from "../../../cli/recover/main";
import { temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();
const path = process.env["PATH"] ?? "";
// The tests may be run in the sandbox's shell, which is for no stack `prod`.
beforeAll(() => delete process.env["PULUMI_OPTION_CONFIG_FILE"]);
afterEach(() => (process.env["PATH"] = path));

/** With a Pulumi that finds the stack locked and does nothing else. */
async function recover(host: string, pid: number, ...args: string[]) {
  const place = await folder({});
  await writeFile(
    join(place, "pulumi"),
    `#!/bin/sh\necho "  s3://b/l.json: created by ann@${host} (pid ${pid}) at 2026-01-01T00:00:00Z" >&2\nexit 1\n`,
  );
  await chmod(join(place, "pulumi"), 0o755);
  process.env["PATH"] = `${place}:${path}`;
  const [out, err] = [jest.spyOn(process.stdout, "write"), jest.spyOn(process.stderr, "write")];
  out.mockReturnValue(true);
  err.mockReturnValue(true);
  try {
    const code = await main(["--stack", "prod", ...args], "/nowhere", place);
    return { code, stderr: err.mock.calls.map(([chunk]) => String(chunk)).join("") };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

test("a run on another machine is not taken for dead because somebody said yes", async () => {
  const said =
    "the stack is locked by ann@ci-7 (process 12) since 2026-01-01T00:00:00Z, and from here nobody can tell whether it is still at work. " +
    "If it is not: npx luban recover --unlock ci-7\n";
  expect(await recover("ci-7", 12, "--yes")).toEqual({ code: 1, stderr: said });
  expect(await recover("ci-7", 12, "--yes", "--unlock", "ci-8")).toEqual({ code: 1, stderr: said });
});

test("one that is known to be dead is no obstacle: what comes after the lock is looked at", async () => {
  for (const [host, pid, args] of [
    ["ci-7", 12, ["--unlock", "ci-7"]],
    [hostname(), 2 ** 22 + 1, []],
  ] as const)
    expect((await recover(host, pid, ...args)).stderr).toMatch(/^the configuration of stack prod cannot be read: /);
});

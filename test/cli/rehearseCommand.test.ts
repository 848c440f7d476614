/** `npx luban rehearse` as it is called. */
import { main } from "../../cli/rehearse/main";
import { temporaryFolders } from "../support/charts";
import { callMain } from "../support/call";

const folder = temporaryFolders();

const call = async (...args: string[]) => {
  const checkout = await folder({});
  return callMain(() => main(args, "/nowhere", checkout));
};

test("without a base it says what to name, and a wrong command line is not taken for a failed rehearsal", async () => {
  const stderr = "name the base: --base REVISION, such as --base origin/main\n";
  expect(await call()).toEqual({ code: 2, stdout: "", stderr });
  expect(await call("--base", "")).toEqual({ code: 2, stdout: "", stderr });
  expect((await call("--base", "main", "more")).code).toBe(2);
});

test("a base that is not there is told, and nothing is brought up for it", async () => {
  const { code, stdout, stderr } = await call("--base", "main");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^--base main: fatal: not a git repository/);
});

test("--help says what the exit codes mean", async () => {
  expect((await call("--help")).stdout).toContain("3 the rehearsal failed");
});

/** `npm run rehearse` as it is called. */
import { main } from "../../operate/rehearse/main";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();

async function call(...args: string[]) {
  const [out, err] = [jest.spyOn(process.stdout, "write"), jest.spyOn(process.stderr, "write")];
  const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join("");
  out.mockReturnValue(true);
  err.mockReturnValue(true);
  try {
    const code = await main(args, "/nowhere", await folder({}));
    return { code, stdout: text(out), stderr: text(err) };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

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

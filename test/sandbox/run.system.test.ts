import { execFile } from "child_process";
import { join, relative } from "path";

const CHECKOUT = join(__dirname, "..", "..");

// npm, Jest and its configuration are started for each.
jest.setTimeout(60_000);

const run = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((done) =>
    execFile(process.execPath, ["sandbox/run.mjs", ...args], { cwd: CHECKOUT }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );

test("one test file can be asked for, instead of the whole suite it is in", async () => {
  const { code, stdout } = await run("test:operations", "--listTests", "operations/cluster");
  const files = stdout.split("\n").flatMap((line) => (line.startsWith("/") ? [relative(CHECKOUT, line)] : []));
  expect({ code, files }).toEqual({ code: 0, files: ["test/operations/cluster.test.ts"] });
});

test("words that would be passed over are refused before minutes of tests that nobody asked for", async () => {
  expect(await run("check", "urls")).toEqual({
    code: 2,
    stdout: "",
    stderr: "check takes no arguments, and was given: urls. The other suites pass theirs to Jest: npm run test:unit -- urls\n",
  });
});

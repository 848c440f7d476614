/** Jest's environment of the tests that go on in one sandbox, in a Jest of its own. */
import { writeFile } from "fs/promises";
import { join } from "path";
import { temporaryFolders } from "./charts";
import { CHECKOUT, run } from "./sandbox";

const folder = temporaryFolders();

const verdict = async (tests: string) => {
  const place = await folder({ "it.test.js": tests });
  const file = join(place, "jest.config.json");
  const transform = { "sequence\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] };
  const environment = join(CHECKOUT, "test/support/sequence.ts");
  await writeFile(
    file,
    JSON.stringify({ rootDir: CHECKOUT, roots: [place], testEnvironment: environment, transform, testMatch: ["**/it.test.js"] }),
  );
  const { code, stdout } = await run(process.execPath, ["node_modules/jest/bin/jest.js", "--config", file, "--json", "--silent"]);
  const { numFailedTests, numPendingTests } = JSON.parse(stdout) as { numFailedTests: number; numPendingTests: number };
  return { code, failed: numFailedTests, skipped: numPendingTests };
};

test("a file whose sandbox does not come up would pass, with all of its tests skipped", async () => {
  const tests = 'test("one", () => {}); test("two", () => {});';
  expect(await verdict(`beforeAll(() => { throw new Error("no sandbox"); }); ${tests}`)).toEqual({ code: 1, failed: 2, skipped: 0 });
  expect(await verdict(`test("none", () => { throw new Error("it"); }); ${tests}`)).toEqual({ code: 1, failed: 1, skipped: 2 });
  expect(await verdict(tests)).toEqual({ code: 0, failed: 0, skipped: 0 });
});

import { readFileSync } from "fs";
import { join } from "path";
import { Workbench } from "../../bench/workbench";
import { Progress } from "../../cli/shared/progress";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();

/** A checkout whose sandbox only writes down what it is asked for. */
const RUN = `
import { appendFileSync } from "node:fs";
const words = process.argv.slice(2);
appendFileSync("log", words.join(" ") + "\\n");
console.log(words[0] === "tools" ? "/tools" : "{}");
`;
const progress = new Progress(() => undefined);

test.each(["SIGINT", "SIGTERM"] as const)("a benchmark that %s cuts off leaves no sandbox running", async (signal) => {
  const checkout = await folder({ "sandbox/run.mjs": RUN });
  const measured = Workbench.use(checkout, progress, () => {
    process.emit(signal);
    return new Promise(() => undefined);
  });
  await expect(measured).rejects.toThrow(`${signal}: nothing is written`);
  const asked = readFileSync(join(checkout, "log"), "utf8").trimEnd().split("\n");
  expect(asked.slice(-2)).toEqual(["sandbox env --json --name bench", "sandbox reset --name bench"]);
});

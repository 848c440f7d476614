/** `workflows.mjs <checkout> <cache>`: a step of `npm test`, run by `sandbox/run.mjs`. */
import { join } from "node:path";
import { sharedPaths } from "../paths.js";
import { Failure, say } from "../report.js";
import { actionlint } from "../tools/catalogue.js";
import { getTools } from "../tools/index.js";
import { lintWorkflows } from "./lint.js";

const [checkout = "", cache = ""] = process.argv.slice(2);
try {
  const { paths } = await getTools(sharedPaths({ checkout, cache, bundle: "" }), [actionlint]);
  const problems = await lintWorkflows(paths["actionlint"] ?? "", join(checkout, ".github", "workflows"));
  for (const problem of problems) say(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}

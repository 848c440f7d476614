/**
 * `tools.mjs <checkout> <cache> [NAME…]`: prints the folders of tools, one line each, for a PATH; without a name of all that a sandbox needs.
 * Run by `sandbox/run.mjs`.
 */
import { dirname } from "node:path";
import { sharedPaths } from "../paths.js";
import { Failure, say, usageError } from "../report.js";
import { kubectl, tools } from "./catalogue.js";
import { getTools } from "./index.js";

const [checkout = "", cache = "", ...names] = process.argv.slice(2);
const known = [...tools, kubectl];
try {
  const wanted = names.length === 0 ? tools : known.filter(({ name }) => names.includes(name));
  if (wanted.length < names.length) throw usageError(`name some of: ${known.map(({ name }) => name).join(", ")}`);
  const { paths, summary } = await getTools(sharedPaths({ checkout, cache, bundle: "" }), wanted);
  say(`✓ ${summary}`);
  for (const folder of new Set(Object.values(paths).map(dirname))) process.stdout.write(`${folder}\n`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}

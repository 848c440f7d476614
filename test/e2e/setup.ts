/** Before tests that need a sandbox: what it is made of. Its progress is shown, since a first time downloads or builds it. */
import { tools } from "../../sandbox/src/tools/catalogue";
import { run, succeeded } from "../support/sandbox";

export default async function setup(): Promise<void> {
  const args = ["sandbox/run.mjs", "tools", ...tools.map(({ name }) => name)];
  succeeded(await run(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }));
}

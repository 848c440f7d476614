/** Before tests that need a sandbox: what it is made of. Its progress is shown, since a first time downloads or builds it. */
import { CHECKOUT, run, succeeded } from "../support/sandbox";

export default async function setup(): Promise<void> {
  succeeded(await run(process.execPath, ["sandbox/run.mjs", "tools"], { cwd: CHECKOUT, stdio: ["ignore", "ignore", "inherit"] }));
}

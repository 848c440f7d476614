/** A real browser, if this machine has one. */
import { accessSync, constants } from "fs";
import { delimiter, join } from "path";
import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The executable on PATH; undefined where there is none. */
export function chromiumPath(path = process.env["PATH"] ?? ""): string | undefined {
  return path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * `describe` where there is a browser. Without one the tests are skipped, and say so; in CI, where somebody relies on them, they fail.
 */
export function describeWithChromium(name: string, tests: (launch: () => Promise<Browser>) => void): void {
  const executablePath = chromiumPath();
  if (executablePath !== undefined) {
    describe(name, () => tests(() => chromium.launch({ executablePath, args: ARGUMENTS })));
    return;
  }
  const why = `no ${NAMES.join(", ")} is on PATH: install Chromium (Debian: apt-get install chromium)`;
  if (process.env["CI"])
    test(name, () => {
      throw new Error(why);
    });
  else {
    console.warn(`SKIPPED: ${name}: ${why}`);
    describe.skip(name, () => tests(() => Promise.reject(new Error(why))));
  }
}

/** Nothing of the browser's own goes out, and no name leads anywhere but to this machine. */
const ARGUMENTS = [
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

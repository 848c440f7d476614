import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Where the dependencies are installed. */
const { CHECKOUT = "" } = process.env;

/** A folder of links and not one link: what is installed into it leaves the tested checkout's own alone. */
export function linkModules(folder) {
  const lock = (checkout) => readFileSync(join(checkout, "package-lock.json"), "utf8");
  if (lock(folder) !== lock(CHECKOUT))
    throw new Error("this stand-in knows the tested checkout's dependencies only, and package-lock.json names others");
  for (const modules of ["node_modules", "sandbox/node_modules"].filter((it) => existsSync(join(CHECKOUT, it)))) {
    rmSync(join(folder, modules), { recursive: true, force: true });
    mkdirSync(join(folder, modules), { recursive: true });
    for (const entry of readdirSync(join(CHECKOUT, modules))) {
      const [ours, theirs] = [CHECKOUT, folder].map((root) => join(root, modules, entry));
      if (entry === ".sandbox-stamp") cpSync(ours, theirs);
      // Links into the checkout itself: its own `luban` is what npx finds.
      else if ([".bin", "@kubesphere-luban"].includes(entry)) cpSync(ours, theirs, { recursive: true, verbatimSymlinks: true });
      else symlinkSync(ours, theirs);
    }
  }
}

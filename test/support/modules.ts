import { cpSync, mkdirSync, readdirSync, symlinkSync } from "fs";
import { join } from "path";
import { CHECKOUT } from "./sandbox";

/** Gives a copy of the checkout its npm dependencies, so that what npx finds there is the copy's own `luban`. */
export function linkModules(copy: string): void {
  const [from, to] = [CHECKOUT, copy].map((root) => join(root, "node_modules")) as [string, string];
  mkdirSync(to);
  for (const entry of readdirSync(from)) {
    // Links into the checkout itself.
    if ([".bin", "@kubesphere-luban"].includes(entry))
      cpSync(join(from, entry), join(to, entry), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(from, entry), join(to, entry));
  }
}

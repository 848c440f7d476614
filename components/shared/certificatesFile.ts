/** Certificate authorities as the provider takes them: in a file. */
import { createHash } from "crypto";
import { existsSync, mkdirSync, writeFileSync } from "fs";
import { join } from "path";

/** Relative to the program's folder, which the provider runs in: the state must not tell one machine from another. */
const FOLDER = join("node_modules", ".cache", "kubesphere-luban");

/** @param pem public @returns the path of a file that holds it, the same on every machine */
export function certificatesFile(pem: string): string {
  const file = join(FOLDER, `ca-${createHash("sha256").update(pem).digest("hex").slice(0, 16)}.pem`);
  if (!existsSync(file)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, pem);
  }
  return file;
}

// What the entries and the modules of this folder share.
import { createHash } from "node:crypto";

export const sha256 = (text) => createHash("sha256").update(text).digest("hex");
export const say = (line) => process.stderr.write(`${line}\n`);
export const fail = (line) => (say(line), process.exit(1));
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

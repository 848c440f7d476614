// actions/attest, as far as it needs nobody to sign: the checksums that it is to attest are there.
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

const env = process.env;
const sums = readFileSync(join(env.GITHUB_WORKSPACE ?? "", env["INPUT_SUBJECT-CHECKSUMS"] ?? ""), "utf8");
if (!/^([0-9a-f]{64} {2}\S+\n)+$/.test(sums)) throw new Error(`these are no SHA-256 sums:\n${sums}`);
appendFileSync(join(env.KEPT ?? "", "attested"), sums);

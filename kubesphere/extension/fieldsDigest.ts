import { createHash } from "crypto";
import { isFields } from "../chart/renderedObject";

/** 16 hexadecimal digits of the SHA-256: the same for the same fields in any order. */
export const fieldsDigest = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value, (_, it: unknown) => (isFields(it) ? Object.fromEntries(Object.entries(it).sort(byKey)) : it)))
    .digest("hex")
    .slice(0, 16);

const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

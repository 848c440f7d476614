/** KubeSphere's default password in whatever form a chart takes it. */
import type * as Bcrypt from "bcryptjs";

/** It is in the public documentation. */
const DEFAULT_PASSWORD = "P@88w0rd";

/** Version, the logarithm of the cost, and in 22 and 31 characters salt and hash. */
const BCRYPT = /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** Each step doubles the time; Go's own default, and KubeSphere's, is 10. */
const MAX_COST = 14;

/**
 * The weakness of a password: that it is public, or that a comparison with the public one would take too long.
 * @param password in clear text, or as the bcrypt hash that ks-core keeps
 */
export function passwordWeakness(password: string): "default" | "costly hash" | undefined {
  if (password === DEFAULT_PASSWORD) return "default";
  const cost = BCRYPT.exec(password)?.[1];
  if (cost === undefined) return undefined;
  if (Number(cost) > MAX_COST) return "costly hash";
  // Loaded only if the password is a hash.
  // oxlint-disable-next-line typescript/no-require-imports -- an import would be loaded by everybody, and import() has no answer yet
  const { compareSync } = require("bcryptjs") as typeof Bcrypt;
  // The versions differ in their treatment of what this password does not have: longer ones than 255 bytes, and bytes above 127.
  return compareSync(DEFAULT_PASSWORD, password.replace(/^\$2[abxy]?\$/, "$2b$$")) ? "default" : undefined;
}

/** Warnings about settings that work but are risky. */
import type { Problem } from "../errors";

/** `kubesphere:oauthClients[0].redirectURIs[0]: "http://…" is a risk; better: https. Serve …` */
export const describeWarning = ({ path, given, allowed, mend }: Problem): string =>
  `${path}: ${JSON.stringify(given)} is a risk; better: ${allowed}.${mend === undefined ? "" : ` ${mend}.`}`;

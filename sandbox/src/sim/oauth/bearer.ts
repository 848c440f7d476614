/** Who asks: whoever a bearer token, a name and password, or the browser's session says; nobody; or what is wrong with that. */
import type { Answer } from "../bundles.js";
import type { Request } from "../httpListener.js";
import { unauthorized } from "./answers.js";
import { isPasswordRight, type Issuer, type Reader } from "./platform.js";
import { sessionOf } from "./session.js";
import type { Tokens } from "./tokens.js";

export type Caller = { isSignedIn: boolean } | { refusal: Answer };

export async function callerOf({ headers }: Request, cluster: Reader, issuer: Issuer, tokens: Tokens): Promise<Caller> {
  const isGood = async (token: string) => (await tokens.verify(issuer, "access_token", token)) !== undefined;
  const [, scheme = "", credentials = ""] = /^(\S+) +(.*)$/.exec(headers.authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return (await isGood(credentials)) ? { isSignedIn: true } : { refusal: unauthorized(whyNoToken(credentials)) };
    case "basic": {
      // A client that sends its id and secret like this is taken for a user.
      const [, username = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, "base64").toString()) ?? [];
      const isRight = await isPasswordRight(cluster, username, password);
      return isRight ? { isSignedIn: true } : { refusal: unauthorized("incorrect password") };
    }
    default: {
      // A session that has ended is none.
      const session = sessionOf(headers);
      return { isSignedIn: session !== undefined && (await isGood(session)) };
    }
  }
}

/** In the words of the parser that KubeSphere uses, as far as they were recorded. */
function whyNoToken(token: string): string {
  const [header = "", ...rest] = token.split(".");
  if (rest.length !== 2) return "token contains an invalid number of segments";
  const [first = ""] = Buffer.from(header, "base64url").toString("latin1");
  return first === "{" ? "token is invalid or expired" : `invalid character '${first}' looking for beginning of value`;
}

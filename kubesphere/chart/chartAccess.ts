/** How the server of a chart is asked: who asks, and whom is trusted. */
import type { FetchOptions } from "./fetchWithin";

/** What a chart's server asks for. @typeParam Text a text, or what will be one */
export interface ChartAccess<Text = string> {
  /** The user's name at the Helm repository, web server or registry; only together with `password`. */
  readonly username?: Text | undefined;
  /** The user's password, or a token; a secret. */
  readonly password?: Text | undefined;
  /** The trusted certificate authorities in PEM, instead of the system's. For an `oci://` chart only together with a login. */
  readonly caBundle?: string | undefined;
  /** Whether the registry of an `oci://` chart is asked without TLS. @default false */
  readonly plainHttp?: boolean | undefined;
}

/** Of {@link ChartAccess}. */
export const ACCESS_KEYS = ["username", "password", "caBundle", "plainHttp"] as const satisfies readonly (keyof ChartAccess)[];

/** What of a chart's reference says how its server is asked; without what is not given. */
export const accessOf = <Text>({ username, password, caBundle, plainHttp }: ChartAccess<Text>): ChartAccess<Text> => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(caBundle !== undefined && { caBundle }),
  ...(plainHttp === true && { plainHttp }),
});

export const hasAccess = (given: ChartAccess): boolean => Object.keys(accessOf(given)).length > 0;

/** RFC 7617. Undefined without a login. */
export const basicAuthorization = ({ username, password }: ChartAccess): string | undefined =>
  username === undefined || password === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** For {@link fetchWithin}, of who says at once who asks. */
export const optionsOf = (access: ChartAccess): Pick<FetchOptions, "authorization" | "tls"> => ({
  authorization: basicAuthorization(access),
  ...trustOf(access),
});

/** For {@link fetchWithin}. */
export const trustOf = ({ caBundle }: ChartAccess): Pick<FetchOptions, "tls"> => (caBundle === undefined ? {} : { tls: { ca: caBundle } });

/** An address as messages show it: without user, password, and the values of its query, any of which may be a token. */
export const shownAddress = (address: string): string => address.replace(/\/\/[^\s/?#]*@/, "//").replace(/\?.*$/, "?…");

/** Makes addresses safe to show: without logins. */
import { SECRET } from "./mask";

/** `user:password@` or `token@` of an address, up to the last `@` before the path. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
/** The text after this word is the address of a file: of its query, only the names of the fields are kept. */
const QUERY = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*\?)([^\s#"'<>]+)/gi;

/**
 * Removes user and password from every address in a text. For reports, whose addresses may be data, such as those of a chart, in which the
 * query is needed.
 */
export const maskLogins = (text: string): string => text.replace(USER_INFO, (_, scheme: string) => `${scheme}${SECRET}@`);

/**
 * Also removes the values of the query, any of which may be a token or a signature. For messages about an address that was requested.
 */
export const maskUrls = (text: string): string =>
  maskLogins(text).replace(QUERY, (_, address: string, query: string) => address + query.replace(/(^|[&;])([^=&;]*)(=[^&;]*)?/g, masked));

const masked = (_: string, before: string, name: string, value: string | undefined) =>
  value === undefined ? `${before}${name === "" ? "" : SECRET}` : `${before}${name}=${SECRET}`;

/** Addresses as they may be shown: without what logs somebody in. */
import { SECRET } from "./mask";

/** `user:password@` or `token@` of an address, up to the last `@` before the path. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
/** What follows is the address of a thing: only the names of the query's fields are kept. */
const QUERY = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*\?)([^\s#"'<>]+)/gi;

/**
 * Every address in a text without user and password: for reports, whose addresses may be somebody's data, such as a chart's, and in these
 * a query says what is meant.
 */
export const maskLogins = (text: string): string => text.replace(USER_INFO, (_, scheme: string) => `${scheme}${SECRET}@`);

/**
 * Without the values of its query either, of which any may be a token or a signature: for messages about an address that was asked.
 */
export const maskUrls = (text: string): string =>
  maskLogins(text).replace(QUERY, (_, address: string, query: string) => address + query.replace(/(^|[&;])([^=&;]*)(=[^&;]*)?/g, masked));

const masked = (_: string, before: string, name: string, value: string | undefined) =>
  value === undefined ? `${before}${name === "" ? "" : SECRET}` : `${before}${name}=${SECRET}`;

/**
 * The building blocks of the configuration's schema. Each has one message: the allowed values, then how to mend a mistake.
 * The line of the problem adds the place and the value found.
 */
import { z } from "zod";
import { IMAGE_REGISTRY, IMAGE_REGISTRY_FORM } from "../kubesphere/chart/imageRegistry";

export const section = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? keys : `a map of ${keys}. Write them under it`) });
};
export const list = <Item extends z.ZodType>(item: Item, of: string) => z.array(item, { error: `a list of ${of}. Begin each with a dash` });
export const text = (error: string) => z.string({ error }).min(1, { error });
export const matching = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });
export const flag = z.boolean({ error: "true or false. Write it without quotes" });
const integer = (least: number, most: number, error: string) => z.int({ error }).min(least, { error }).max(most, { error });
export const nodePort = integer(30000, 32767, "a NodePort: a whole number from 30000 to 32767. Leave it out for the default");
export const ENTRY_PORT =
  "a NodePort: a whole number from 30000 to 32767, or beside `ingress.controller: none` any port. Leave it out for the default";
/** Of an ingress controller: a NodePort where the program installs it, any where somebody else has. */
export const entryPort = integer(1, 65535, ENTRY_PORT);
export const tcpPort = integer(1, 65535, "a port: a whole number from 1 to 65535. Write it without quotes");

/** @param error the message for a value that is not a text */
export const imageRegistry = (error: string) =>
  z.string({ error }).min(1, { error, abort: true }).regex(IMAGE_REGISTRY, { error: IMAGE_REGISTRY_FORM });

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`);
export const dnsLabel = (error: string) => matching(new RegExp(`^${LABEL}$`), error);
export const dnsNamed = (error: string) => matching(DNS_NAME, error);
export const dnsName = dnsNamed("a DNS name such as www.example.com. Write it in lower case, without scheme, port or path");
export const ipv4 = z.ipv4({ error: "an IPv4 address such as 192.168.50.208. Take a node's, as browsers reach it" });
export const values = z.record(z.string(), z.unknown(), { error: "a map of Helm values. Write `key: value` lines under it" });

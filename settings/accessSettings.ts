/** How people reach the platform: by a node's address, under nip.io, or by a domain of their own. */
import { z } from "zod";
import { dnsName, ipv4, section } from "./schema";

const ONE = "exactly one of nodeIP (an IPv4 address; names under nip.io) and domain (wildcard DNS). Keep the one that people use";
export const accessSection = section({ nodeIP: ipv4.optional(), domain: dnsName.optional() }).transform(({ nodeIP, domain }, context) => {
  if (nodeIP !== undefined && domain === undefined) return { nodeIP };
  if (domain !== undefined && nodeIP === undefined) return { domain };
  context.addIssue({ code: "custom", message: ONE });
  return z.NEVER;
});

/** What is meant as an address, right or wrong. */
export const ADDRESS_LIKE = /^[\d.]+$/;
const fromText = (given: string) =>
  (ADDRESS_LIKE.test(given) ? ipv4.transform((nodeIP) => ({ nodeIP })) : dnsName.transform((domain) => ({ domain }))).safeParse(given);

const ANY = "a node's IPv4 address, a domain (wildcard DNS), or a map of one of them as nodeIP, domain. Write the one that people use";
/** A map of one key, or its value alone, as `pulumi new` writes an answer. The error of a union would not say what is wrong with either. */
export const access = z.unknown().transform((given, context) => {
  const isText = typeof given === "string" && given !== "";
  if (!isText && (typeof given !== "object" || given === null || Array.isArray(given))) {
    context.addIssue({ code: "custom", message: ANY });
    return z.NEVER;
  }
  const { data, error } = isText ? fromText(given) : accessSection.safeParse(given);
  context.issues.push(...((error?.issues ?? []) as unknown as typeof context.issues));
  return data ?? z.NEVER;
});

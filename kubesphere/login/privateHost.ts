/** Whether traffic to a host stays on this machine, in the cluster or on a network of one's own. */
import { reachOf } from "../chart/addresses";
import { wildcardAddresses } from "./wildcardDns";

/** Names that no public DNS has: of one machine, of a cluster's Services, of a local network. */
const PRIVATE_NAME = /^[^.]+$|(?:^|\.)(?:localhost|local|internal|home\.arpa|svc|cluster\.local)$/;

/** @param host a URL's, IPv6 in brackets: whatever the URL standard takes for an address is one, such as `0x7f.1` */
export function isPrivateHost(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/\.$/, "");
  const reach = reachOf(name.replace(/^\[|\]$/g, ""));
  if (reach !== undefined) return reach !== "public";
  const addresses = wildcardAddresses(name);
  if (addresses === undefined) return PRIVATE_NAME.test(name);
  // One that does not resolve may tomorrow: nobody knows to what.
  return addresses.length > 0 && addresses.every((address) => reachOf(address) !== "public");
}

/** Whether traffic to a host stays on this machine, in the cluster or on a private network. */
import { reachOf } from "../chart/addresses";
import { wildcardAddresses } from "./wildcardDns";

/** Names that are in no public DNS: of one machine, of a cluster's Services, of a local network. */
const PRIVATE_NAME = /^[^.]+$|(?:^|\.)(?:localhost|local|internal|home\.arpa|svc|cluster\.local)$/;

/** @param host the host of a URL, IPv6 in brackets; everything that the URL standard accepts as an address is one, such as `0x7f.1` */
export function isPrivateHost(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/\.$/, "");
  const reach = reachOf(name.replace(/^\[|\]$/g, ""));
  if (reach !== undefined) return reach !== "public";
  const addresses = wildcardAddresses(name);
  if (addresses === undefined) return PRIVATE_NAME.test(name);
  // A name that does not resolve now may resolve to any address later.
  return addresses.length > 0 && addresses.every((address) => reachOf(address) !== "public");
}

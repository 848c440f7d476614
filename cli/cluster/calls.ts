/** What KubeKey is asked for, in the words and files of its version. */
import type { KkCall, KkCalls } from "./files";
import type { Kk } from "./kk";
import { kubekey3 } from "./kubekey3";
import { kubekey4 } from "./kubekey4";

/** @param checkout the folder of Pulumi.yaml */
export const callsOf = (kk: Kk, checkout: string): KkCalls => (kk.major === 4 ? kubekey4(kk.printed, checkout) : kubekey3(checkout));

/** As people type it: without options. */
export function typed({ args }: KkCall): string {
  const options = args.findIndex((arg) => arg.startsWith("-"));
  return `kk ${args.slice(0, options < 0 ? args.length : options).join(" ")}`;
}

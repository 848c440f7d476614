import type { Failure } from "./command";

/** Why something could not be read, in few words where it was for lack of rights: whoever may read little is reported so many times. */
export function whyUnread({ message }: Failure): string {
  const [, verb, resource] = /User "[^"]*" cannot (\w+) resource "([^"]+)"/.exec(message) ?? [];
  return verb === undefined || resource === undefined ? message : `the kubeconfig's user may not ${verb} ${resource}`;
}

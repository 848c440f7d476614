import type { Failure } from "./command";

/** Why something could not be read; in few words if a right is missing, since a user with few rights gets many such lines. */
export function whyUnread({ message }: Failure): string {
  const [, verb, resource] = /User "[^"]*" cannot (\w+) resource "([^"]+)"/.exec(message) ?? [];
  return verb === undefined || resource === undefined ? message : `the kubeconfig's user may not ${verb} ${resource}`;
}

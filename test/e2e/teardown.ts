import { sandboxCommand, SANDBOXES, succeeded } from "../support/sandbox";

export default async function teardown(): Promise<void> {
  for (const name of SANDBOXES) succeeded(await sandboxCommand(["sandbox", "reset"], undefined, name));
}

import { sandboxCommand, succeeded } from "../support/sandbox";

export default async function teardown(): Promise<void> {
  succeeded(await sandboxCommand(["sandbox", "reset"]));
}

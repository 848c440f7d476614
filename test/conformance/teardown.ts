import { rmSync } from "fs";
import { MADE } from "./kubeconfigs";
import { KUBESPHERE_SANDBOX, place, SANDBOX, sandboxCommand } from "./sandbox";
import { succeeded } from "../support/sandbox";

export default async function teardown(): Promise<void> {
  const { folder } = await place();
  for (const name of [...MADE, "pulumi"]) rmSync(folder(name), { recursive: true, force: true });
  for (const sandbox of [SANDBOX, KUBESPHERE_SANDBOX]) succeeded(await sandboxCommand(["reset"], {}, sandbox));
}

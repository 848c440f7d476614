import { chmod, writeFile } from "fs/promises";
import { join } from "path";
import { outputsOf } from "../../cli/oidc-app/settings";
import { openStack } from "../../cli/shared/pulumi";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();

/** An environment with a program of this text in place of Pulumi. */
async function pulumi(script: string): Promise<NodeJS.ProcessEnv> {
  const place = await folder({});
  await writeFile(join(place, "pulumi"), `#!/bin/sh\n${script}\n`);
  await chmod(join(place, "pulumi"), 0o755);
  return { PATH: `${place}:${process.env["PATH"] ?? ""}` };
}

const stackOutputs = (name: string | undefined, env: NodeJS.ProcessEnv) => outputsOf(openStack(name, "/", env));

test("another stack than the one named is asked, or its secrets are not", async () => {
  const env = await pulumi('echo "{\\"issuer\\": \\"$*\\"}"');
  expect(await stackOutputs("dev", env)).toEqual({
    issuer: "stack output --show-secrets --json --non-interactive --color never --stack dev",
    oauthClients: {},
  });
  expect((await stackOutputs(undefined, env)).issuer).toBe("stack output --show-secrets --json --non-interactive --color never");
});

test("why a stack gives no outputs is kept back", async () => {
  const refused = stackOutputs("dev", await pulumi("echo 'error: no stack named dev found' >&2; exit 255"));
  await expect(refused).rejects.toThrow("the outputs of stack dev cannot be read: error: no stack named dev found");
  await expect(stackOutputs(undefined, await pulumi("echo {}"))).rejects.toThrow("the stack has not been deployed: run `pulumi up` first");
  await expect(stackOutputs(undefined, { PATH: await folder({}) })).rejects.toThrow("pulumi is not on PATH");
});

import { take } from "../../cli/drift/take";
import { stackOn } from "../../cli/shared/pulumi";

/** @param install of the stack's one extension @returns what was written */
async function taken(install: object): Promise<string[]> {
  const wrote: string[] = [];
  const stack = stackOn({
    name: "dev",
    env: {},
    run: (args, input = "") => {
      if (args[1] === "set" || args[1] === "rm") wrote.push([...args, JSON.stringify(input)].join(" "));
      const config = { "kubesphere:extensions": { objectValue: [{ source: "extensions/demo", install }] } };
      return Promise.resolve({ code: 0, stdout: JSON.stringify(config), stderr: "" });
    },
  });
  const spec = { extension: { name: "demo", version: "0.1.0" }, enabled: true, config: "global:\n  storageClass: slow\n" };
  await take(stack, { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "demo" }, spec }, process.cwd());
  return wrote;
}

const CONFIG = 'config set --path --plaintext kubesphere:extensions[0].install.config "global:\\n  storageClass: slow\\n\\n"';

test("what an administrator set is taken as it is in the cluster", async () => {
  expect(await taken({})).toEqual([CONFIG]);
});

test("a storage class is then said in one place, or the next `up` would refuse it", async () => {
  expect(await taken({ storageClass: "fast" })).toEqual([CONFIG, 'config rm --path kubesphere:extensions[0].install.storageClass ""']);
});

/** A stack that was deployed before 0.2.0, whose resources did not carry the platform's name: `test/vectors/urns-0.1.0.json` is what it had. */
import { readFileSync } from "fs";
import { join } from "path";
import { CHECKOUT, environment, freshSandbox, run, succeeded } from "../support/sandbox";
import { stackOf } from "../support/stack";

interface Export {
  readonly deployment: { readonly resources: readonly { readonly urn: string }[] };
}
const urnsIn = (state: string) => (JSON.parse(state) as Export).deployment.resources.map(({ urn }) => urn).sort();

test("a stack of an earlier version is taken down and made anew by an upgrade of this program, since its resources are called otherwise", async () => {
  const recorded = JSON.parse(readFileSync(join(CHECKOUT, "test/vectors/urns-0.1.0.json"), "utf8")) as string[];
  await freshSandbox();
  const env = await environment();
  const stack = stackOf(env);
  await stack.configure({ extensionRepositories: [{ name: "ours", url: "https://charts.example.com" }] });
  succeeded(await stack.up());
  // The same objects of the cluster, as the earlier version called their resources; the stack itself is called after both.
  const now = succeeded(await stack.pulumi("stack", "export"));
  const before = now
    .replace(/::kubesphere-(?!sandbox")/g, "::")
    .replaceAll("kubesphere:index:IngressController", "kubesphere:index:IngressNginx");
  expect(urnsIn(before)).toEqual(recorded);
  succeeded(await run("pulumi", ["stack", "import", "--non-interactive"], { env, input: before }));
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
  succeeded(await stack.up());
  expect(urnsIn(succeeded(await stack.pulumi("stack", "export")))).toEqual(urnsIn(now));
});

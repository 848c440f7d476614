import { stackName, stackOn } from "../../cli/shared/pulumi";

function named(name: string | undefined, env: NodeJS.ProcessEnv) {
  const asked: (readonly string[])[] = [];
  const run = async (args: readonly string[]) => {
    asked.push(args);
    return { code: 0, stdout: "selected\n", stderr: "" };
  };
  return { asked, stack: stackOn({ name, env, run }) };
}

test("which stack a command works on is not asked of Pulumi, a third of a second each time, where the shell says it", async () => {
  const { asked, stack } = named(undefined, { PULUMI_STACK: "acme/kubesphere/staging" });
  expect(await stackName(stack)).toBe("staging");
  expect(asked).toEqual([]);
});

test("--stack wins over the shell", async () => {
  expect(await stackName(named("prod", { PULUMI_STACK: "staging" }).stack)).toBe("prod");
});

test.each([[{}], [{ PULUMI_STACK: "" }]])("the selected stack is asked for once: %j", async (env) => {
  const { asked, stack } = named(undefined, env);
  expect([await stackName(stack), await stackName(stack)]).toEqual(["selected", "selected"]);
  expect(asked).toEqual([["stack", "--show-name"]]);
});

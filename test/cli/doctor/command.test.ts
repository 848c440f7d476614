/** The doctor's ways: what it does, and what it says. */
import type { Action, Finding } from "../../../cli/doctor/finding";
import { CHECKS } from "../../../cli/doctor/findings";
import { exitCode, main } from "../../../cli/doctor/main";
import { mend, mustBeAgreed } from "../../../cli/doctor/mend";
import { asText } from "../../../cli/doctor/report";
import type { KubernetesObject } from "../../../cli/shared/cluster";
import { callMain } from "../../support/call";
import { found, labelled, plan } from "./support";

const finding = (object: string, action?: Action): Finding => ({
  object,
  why: "because",
  means: "harm",
  mend: ["do this", "and that"],
  ...(action && { action }),
});
const results = (...findings: Finding[]) => [{ check: "a", title: "all is well", findings }];

describe("--fix", () => {
  const TOUCH = finding("InstallPlan demo", { do: "touch", object: plan(undefined) });
  const DELETE = finding("ClusterRole x", {
    do: "delete",
    objects: [labelled("ClusterRole", "x", "shop"), labelled("Namespace", "y", "shop")],
  });
  const BACK = finding("Release a/b", { do: "roll back", name: "b", namespace: "a", revision: 3 });
  const FREE = finding("Namespace z", { do: "let go", namespace: "z", finalizers: ["a/b"] });
  const done: string[] = [];
  const tools = {
    cluster: { remove: ({ kind, metadata }: KubernetesObject) => Promise.resolve(void done.push(`delete ${kind} ${metadata.name}`)) },
    server: {
      touch: ({ kind, metadata }: KubernetesObject) => Promise.resolve(void done.push(`touch ${kind} ${metadata.name}`)),
      letGo: (namespace: string, finalizers: readonly string[]) =>
        Promise.resolve(void done.push(`let ${namespace} go: ${finalizers.join()}`)),
    },
    helm: {
      rollBack: ({ name, namespace }: { name: string; namespace: string }, to: number) =>
        Promise.resolve(void done.push(`roll back ${namespace}/${name} to ${to}`)),
    },
    progress: { now: () => undefined },
  };
  beforeEach(() => void done.splice(0));

  test("does what was agreed to, looks again, and counts as mended only what is found no more", async () => {
    const looks = [results(TOUCH, DELETE, BACK, FREE), results(TOUCH), results(finding("theirs"))];
    const { results: last, mended } = await mend([TOUCH, DELETE, BACK, FREE], tools, () => Promise.resolve(looks.shift() ?? []));
    expect(done).toEqual(["touch InstallPlan demo", "delete ClusterRole x", "delete Namespace y", "roll back a/b to 3", "let z go: a/b"]);
    expect({ last, mended }).toEqual({ last: results(finding("theirs")), mended: [TOUCH, DELETE, BACK, FREE] });
  });

  test("leaves alone what is no longer so by the time that it is agreed to", async () => {
    await mend([TOUCH, DELETE], tools, () => Promise.resolve(results(finding("another"))));
    expect(done).toEqual([]);
  });

  test("asks for --yes where nobody can be asked", () => {
    expect(() => mustBeAgreed(false, false)).toThrow("add --yes");
    expect([mustBeAgreed(true, false), mustBeAgreed(false, true)]).toEqual([undefined, undefined]);
  });
});

test("the report says in order what was checked and what was found, with what to do", () => {
  const all = [
    { check: "a", title: "plans end", findings: [] },
    { check: "b", title: "releases are whole", notChecked: "Secrets are forbidden", findings: [] },
    { check: "c", title: "nothing is left", findings: [finding("Namespace x"), finding("ClusterRole y", { do: "delete", objects: [] })] },
  ];
  expect(asText("prod", all, [finding("InstallPlan demo")])).toBe(`prod: 3 checks, 2 findings, 1 not checked, 1 mended

✓ plans end
? releases are whole: not checked: Secrets are forbidden
✗ nothing is left: 2 findings
    Namespace x
      why: because
      means: harm
      mend: do this
      then: and that
    ClusterRole y
      why: because
      means: harm
      mend: do this ✚
      then: and that

mended: InstallPlan demo

✚ \`npx luban doctor --fix\` does this, after asking`);
});

test.each([
  ["nothing", results(), 0],
  ["something", results(finding("x")), 2],
  ["nothing, and not all could be checked", [...results(), { check: "b", title: "b", notChecked: "forbidden", findings: [] }], 3],
  [
    "something, and not all could be checked",
    [...results(finding("x")), { check: "b", title: "b", notChecked: "forbidden", findings: [] }],
    2,
  ],
])("whoever goes by the exit code is told %s was found", (_, all, code) => expect(exitCode(all)).toBe(code));

test("--yes without --fix is a wrong command line, not a finding", async () => {
  const { code, stderr } = await callMain(() => main(["--yes"], "/nowhere", "/nowhere"));
  expect({ code, stderr }).toEqual({ code: 1, stderr: "--yes is for --fix\n" });
  expect((await callMain(() => main(["--help"], "/nowhere", "/nowhere"))).stdout).toContain("Exit codes: 0 nothing found");
});

test("a healthy stack has no finding, and each check a name of its own", () => {
  expect(found({})).toEqual([]);
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

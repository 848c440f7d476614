/** The doctor's ways: what it does, and what it says. */
import type { Action, Finding } from "../../../cli/doctor/finding";
import { CHECKS } from "../../../cli/doctor/findings";
import { exitCode, main } from "../../../cli/doctor/main";
import { mend, mustBeAgreed, type Tools } from "../../../cli/doctor/mend";
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
const OWNER = { apiVersion: "tenant.kubesphere.io/v1beta1", kind: "Workspace", name: "w", uid: "u" };
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
  const note = (text: string) => Promise.resolve(void done.push(text));
  const named = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
  const tools: Tools = {
    cluster: { remove: (it) => note(`delete ${named(it)}`), read: () => Promise.resolve(undefined) },
    server: {
      touch: (it) => note(`touch ${named(it)}`),
      letGo: (namespace, finalizers) => note(`let ${namespace} go: ${finalizers.join()}`),
      hold: (namespace, held) =>
        note(
          `${namespace} keeps ${JSON.stringify(held({ finalizers: ["kubesphere.io/cascading-deletion", "a/b"], ownerReferences: [OWNER] }))}`,
        ),
      annotate: (it, annotations) => note(`${named(it)} ${JSON.stringify(annotations)}`),
      release: (it) => note(`release ${named(it)}`),
    },
    helm: {
      rollBack: ({ name, namespace }, to) => note(`roll back ${namespace}/${name} to ${to}`),
      uninstall: ({ name, namespace }, args = []) => note(`uninstall ${namespace}/${name} ${args.join(" ")}`),
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

  test("takes from a former member what is KubeSphere's alone", async () => {
    const all = [
      finding("Release a", { do: "uninstall", name: "ks-core", namespace: "kubesphere-system", args: ["--no-hooks"] }),
      finding("Namespace a", { do: "free", namespaces: ["shop"] }),
      finding("CustomResourceDefinition a", {
        do: "delete kinds",
        crds: ["users.iam.kubesphere.io"],
        held: [labelled("Workspace", "w", "shop")],
      }),
      finding("Namespace b", { do: "annotate", object: labelled("Namespace", "n", "shop"), annotations: { a: null } }),
    ];
    const looks = [results(...all), []];
    await mend(all, tools, () => Promise.resolve(looks.shift() ?? []));
    expect(done).toEqual([
      "uninstall kubesphere-system/ks-core --no-hooks",
      'shop keeps {"finalizers":["a/b"],"ownerReferences":[]}',
      "release Workspace w",
      "delete CustomResourceDefinition users.iam.kubesphere.io",
      'Namespace n {"a":null}',
    ]);
  });

  test("ends when a namespace that it has deleted is gone, or what is installed anew would fail in it", async () => {
    const going = [labelled("Namespace", "y", "shop"), labelled("Namespace", "y", "shop")];
    const read = (it: KubernetesObject) => note(`is ${named(it)} there`).then(() => going.shift());
    const looks = [results(DELETE), []];
    await mend([DELETE], { ...tools, cluster: { ...tools.cluster, read } }, () => Promise.resolve(looks.shift() ?? []));
    expect(done.slice(2)).toEqual(Array(3).fill("is Namespace y there"));
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

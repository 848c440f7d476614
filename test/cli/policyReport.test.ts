/** What the gate tells people: what they cannot act upon, they pass over. */
import type { Allowed } from "../../policy/allowances";
import { asMarkdown, asText } from "../../cli/policy/report";
import { rules } from "../../policy/rules";

const violation = {
  rule: "host-namespace",
  resource: "urn:pulumi:prod::kubesphere::kubesphere:index:Platform$kubesphere:index:Extension::demo",
  object: "Deployment web (templates/a.yaml)",
  property: "spec.hostNetwork",
  given: true,
  why: "Why.",
  mend: "Mend.",
};

test("a violation names the rule, the object, what was found, why and the way out", () => {
  expect(asText({ of: "prod", violations: [violation], allowed: [], unchecked: ["the values of x"] })).toBe(
    `host-namespace: Extension demo: Deployment web (templates/a.yaml)
    spec.hostNetwork: true
    Why.
    Mend.
not checked: the values of x
✗ policy of prod: 1 violation`,
  );
});

test("what could not be looked at is no success", () => {
  expect(asText({ of: "prod", violations: [], allowed: [], unchecked: ["the values of x"] })).toBe(
    "not checked: the values of x\n✗ policy of prod: it cannot be told, since not all of it could be looked at",
  );
});

test("in markdown what a pull request brings along stays text: no column, link or mention", () => {
  const given = "a|b [x](y) @all\n# c";
  expect(asMarkdown({ of: "prod", violations: [{ ...violation, given }], allowed: [], unchecked: [] })).toBe(
    `### ✗ policy of prod: 1 violation

| rule | resource | found | mend |
| --- | --- | --- | --- |
| **host-namespace** | Extension demo: Deployment web (templates/a.yaml) | spec.hostNetwork: a&#124;b &#91;x&#93;(y) &#64;&#8203;all⏎&#35;&#8203; c | Why. Mend. |`,
  );
});

const allowed: Allowed = { rule: "host-path", extension: "demo", reason: "It @reads | logs.", isNew: true, violations: [violation] };
const unused: Allowed = { ...allowed, rule: "host-port", isNew: false, violations: [] };
const changed = {
  judge: ["policy/rules.ts"],
  program: Array.from({ length: 22 }, (_, n) => `components/${n}.ts`),
  kept: ["kubesphere:cluster"],
};

test("an exception is told with its reason and what it lets pass, also where nothing else is wrong", () => {
  expect(asText({ of: "prod", violations: [], allowed: [allowed, unused], unchecked: [] })).toBe(
    `allowed: host-path of extension demo, new
    because: It @reads | logs.
    Extension demo: Deployment web (templates/a.yaml): spec.hostNetwork: true
allowed: host-port of extension demo
    because: It @reads | logs.
    nothing needs it: take it out of install.allow
for the reviewer: this change adds exceptions, or words them anew
    host-path of demo
✓ policy of prod: nothing against it by ${rules.length} rules but what is allowed by 1 exception`,
  );
  expect(asMarkdown({ of: "prod", violations: [], allowed: [allowed], unchecked: [] })).toContain(
    `| allowed | of extension | because | found |
| --- | --- | --- | --- |
| **host-path** (new) | demo | It &#64;&#8203;reads &#124; logs. | Extension demo: Deployment web (templates/a.yaml): spec.hostNetwork: true |

**For the reviewer**: this change adds exceptions, or words them anew: host-path of demo`,
  );
});

test("a change of the policy itself, or of the program, is told to whoever has to read it", () => {
  const told = asText({ of: "prod", violations: [], allowed: [], unchecked: [], changed });
  expect(told).toContain(
    "for the reviewer: this change is to the policy, or to what runs it: it was judged by the one before\n    policy/rules.ts\n",
  );
  expect(told).toContain("this change is to the program: what it would declare then was not judged here\n    components/0.ts\n");
  expect(told).toContain("    components/19.ts\n    and 2 more\n");
  expect(told).toMatch(/this change is to the cluster, or to how secrets are kept: .*\n {4}kubesphere:cluster\n/);
  expect(asText({ of: "prod", violations: [], allowed: [], unchecked: [], changed: { judge: [], program: [], kept: [] } })).not.toContain(
    "reviewer",
  );
});

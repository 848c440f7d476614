/** What the gate tells people: what they cannot act upon, they pass over. */
import { asMarkdown, asText } from "../../operate/policy/report";

const violation = {
  rule: "privileged-pod",
  resource: "urn:pulumi:prod::kubesphere::kubesphere:index:Platform$kubesphere:index:Extension::demo",
  object: "Deployment web (templates/a.yaml)",
  property: "spec.hostNetwork",
  given: true,
  why: "Why.",
  mend: "Mend.",
};

test("a violation names the rule, the object, what was found, why and the way out", () => {
  expect(asText({ of: "prod", violations: [violation], unchecked: ["the values of x"] })).toBe(
    `privileged-pod: Extension demo: Deployment web (templates/a.yaml)
    spec.hostNetwork: true
    Why.
    Mend.
not checked: the values of x
✗ policy of prod: 1 violation`,
  );
});

test("what could not be looked at is no success", () => {
  expect(asText({ of: "prod", violations: [], unchecked: ["the values of x"] })).toBe(
    "not checked: the values of x\n✗ policy of prod: it cannot be told, since not all of it could be looked at",
  );
});

test("in markdown what a pull request brings along stays text: no column, link or mention", () => {
  const given = "a|b [x](y) @all\n# c";
  expect(asMarkdown({ of: "prod", violations: [{ ...violation, given }], unchecked: [] })).toBe(
    `### ✗ policy of prod: 1 violation

| rule | resource | found | mend |
| --- | --- | --- | --- |
| **privileged-pod** | Extension demo: Deployment web (templates/a.yaml) | spec.hostNetwork: a&#124;b &#91;x&#93;(y) &#64;all &#35; c | Why. Mend. |`,
  );
});

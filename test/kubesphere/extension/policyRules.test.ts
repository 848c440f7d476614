import * as fc from "fast-check";
import { allows, mergedRules, type PolicyRule, type Request } from "../../../kubesphere/extension/policyRules";

const some = (...items: string[]) => fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 });
const groups = ["", "apps", "*"];
const resources = ["pods", "pods/log", "secrets", "*"];
const verbs = ["get", "list", "create", "*"];
const names = ["a", "b"];
const resourceRule = fc.record({
  apiGroups: some(...groups),
  resources: some(...resources),
  verbs: some(...verbs),
  resourceNames: fc.option(some(...names), { nil: undefined }),
});
const urlRule = fc.record({ nonResourceURLs: some("/metrics", "/healthz", "*"), verbs: some(...verbs) });
const rules = fc.array(fc.oneof(resourceRule, urlRule), { maxLength: 6 }) as fc.Arbitrary<PolicyRule[]>;

const requests: Request[] = ["", "apps"].flatMap((group) =>
  ["pods", "pods/log", "secrets", "nodes"].flatMap((resource) =>
    ["get", "list", "create", "delete"].flatMap((verb) => [undefined, "a", "b", "c"].map((name) => ({ group, resource, verb, name }))),
  ),
);
const allowed = (given: readonly PolicyRule[]) => requests.map((request) => given.some((rule) => allows(rule, request)));
const urlsOf = (given: readonly PolicyRule[]) =>
  [
    ...new Set(given.flatMap(({ nonResourceURLs = [], verbs }) => nonResourceURLs.flatMap((url) => verbs.map((verb) => `${verb} ${url}`)))),
  ].sort();

test("rules together allow what they allow one by one: no right is lost, and none is won", () => {
  fc.assert(
    fc.property(rules, (given) => {
      const merged = mergedRules(given);
      expect(allowed(merged)).toEqual(allowed(given));
      expect(urlsOf(merged)).toEqual(urlsOf(given));
    }),
  );
});

test("the order of templates shows in no package", () => {
  fc.assert(
    fc.property(rules, (given) => {
      expect(mergedRules([...given].reverse())).toEqual(mergedRules(given));
      expect(mergedRules(mergedRules(given))).toEqual(mergedRules(given));
    }),
  );
});

test("all of everything and all of the API server's own paths are two rights, and both stay", () => {
  const everything = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
  const everyPath = { nonResourceURLs: ["*"], verbs: ["*"] };
  expect(mergedRules([everything, everyPath])).toEqual([everything, everyPath]);
});

test("one exporter's fifty-eight rights are as few rules as there are kinds of access", () => {
  const read = (group: string, resource: string): PolicyRule => ({ apiGroups: [group], resources: [resource], verbs: ["list", "watch"] });
  expect(mergedRules([read("", "pods"), read("apps", "deployments"), read("", "nodes"), read("", "pods")])).toEqual([
    { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["list", "watch"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "watch"] },
  ]);
});

test("names of one kind of object do not become names of another", () => {
  const of = (resource: string, name: string): PolicyRule => ({
    apiGroups: ["g"],
    resources: [resource],
    resourceNames: [name],
    verbs: ["get"],
  });
  expect(mergedRules([of("roles", "a"), of("roles", "b"), of("bindings", "a")])).toEqual([
    { apiGroups: ["g"], resources: ["roles"], resourceNames: ["a", "b"], verbs: ["get"] },
    { apiGroups: ["g"], resources: ["bindings"], resourceNames: ["a"], verbs: ["get"] },
  ]);
});

import { resourceFinder } from "../../../kubesphere/chart/apiResources";
import { lookups, namedKinds } from "../../../kubesphere/chart/templateText";

const groupsOf = (kind: string) => (kind === "CronJob" ? ["batch"] : []);
const kinds = (text: string) => namedKinds(text, groupsOf).map(({ group, kind }) => `${group}/${kind}`);

describe("what a user switches on in the console has its rights, if its kind stands in the template", () => {
  test.each<[how: string, text: string, expected: string[]]>([
    ["within a condition", "{{- if .Values.x }}\napiVersion: batch/v1\nkind: CronJob\n{{- end }}", ["batch/CronJob"]],
    ["quoted, with CRLF and a comment", 'apiVersion: "batch/v1"\r\nkind: "CronJob" # daily', ["batch/CronJob"]],
    ["the kind first", "kind: CronJob\napiVersion: batch/v1", ["batch/CronJob"]],
    ["with a version that the cluster decides", 'apiVersion: {{ include "api" . }}\nkind: CronJob', ["batch/CronJob"]],
    [
      "with one of two versions",
      "{{ if .a }}\napiVersion: a/v1\n{{ else }}\napiVersion: b/v1\n{{ end }}\nkind: Thing",
      ["a/Thing", "b/Thing"],
    ],
    ["in a list", "items:\n  - apiVersion: v1\n    kind: Secret", ["/Secret"]],
    ["of the core group", "apiVersion: v1\nkind: Secret", ["/Secret"]],
    [
      "after another object, whose API is not its own",
      "apiVersion: v1\nkind: Secret\n---\napiVersion: batch/v1\nkind: CronJob\n--- # more\r\napiVersion: a/v1\nkind: Thing",
      ["/Secret", "batch/CronJob", "a/Thing"],
    ],
    ["but not a list, which Helm takes apart", "apiVersion: v1\nkind: List\nitems: []\n---\napiVersion: batch/v1\nkind: CronJobList", []],
    ["nor what only `helm test` makes", 'apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    "helm.sh/hook": test-success\n', []],
    ["nor what only refers to one", "roleRef:\n  kind: Role\n  name: x", []],
    ["nor what a comment says", "{{- /*\napiVersion: v1\nkind: Secret\n*/ -}}", []],
    ["nor a kind that only rendering tells", "apiVersion: v1\nkind: {{ .Values.kind }}", []],
    ["nor one that nobody knows", 'apiVersion: {{ include "api" . }}\nkind: Thing', []],
  ])("%s", (_, text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });
});

test("what a template asks the cluster for may be read, or Helm fails: in the namespace, or everywhere", () => {
  const text =
    '{{ lookup "v1" "Secret" .Release.Namespace "web" }}{{ (lookup "v1" "Secret" "kube-system" "x").data }}{{ lookup "v1" "Node" "" "" }}{{/* lookup "v1" "Pod" "" "" */}}';
  expect(lookups(text, resourceFinder([]))).toEqual([
    { group: "", kind: "Secret", isEverywhere: false },
    { group: "", kind: "Secret", isEverywhere: true },
    { group: "", kind: "Node", isEverywhere: true },
  ]);
});

import { clusterChoice } from "../../cli/shared/pulumi";

test("a command asks the stack's own cluster", () => {
  expect(clusterChoice({ cluster: { kubeconfig: "./kubeconfig", context: "lab" } })).toEqual({
    kubeconfig: "./kubeconfig",
    context: "lab",
  });
  expect(clusterChoice({ cluster: { kubeconfig: "./kubeconfig", kubekey: {} } })).toEqual({ kubeconfig: "./kubeconfig" });
  expect(clusterChoice({})).toEqual({});
});

test("before KubeKey has made the stack's cluster, no command asks or mends the one of $KUBECONFIG instead", () => {
  expect(() => clusterChoice({ cluster: { kubekey: {} } })).toThrow("the stack's cluster is not made yet: npx luban cluster create");
});

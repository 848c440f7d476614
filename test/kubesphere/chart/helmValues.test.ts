import fc from "fast-check";
import { mergeValues, valueAt, type Values } from "../../../kubesphere/chart/helmValues";

test("a user's value beside the program's own does not push it out", () => {
  expect(mergeValues({ console: { nodePort: 30880 }, a: [1] }, { console: { replicas: 2 }, a: [2] })).toEqual({
    console: { nodePort: 30880, replicas: 2 },
    a: [2],
  });
});

const tree = fc.letrec<{ node: Values }>((tie) => ({
  node: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof({ depthSize: "small" }, fc.integer(), tie("node")), { maxKeys: 3 }),
})).node;

test("what the right side says always wins, and nothing that it is silent on is lost", () => {
  fc.assert(
    fc.property(tree, tree, (left, right) => {
      const before = structuredClone(left);
      const merged = mergeValues(left, right);
      expect(mergeValues(merged, right)).toEqual(merged);
      expect(left).toEqual(before);
      for (const key of Object.keys(left)) if (!(key in right)) expect(valueAt(merged, key)).toEqual(left[key]);
    }),
  );
});

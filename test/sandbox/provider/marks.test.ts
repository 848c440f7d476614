import fc from "fast-check";
import { keepingMarks } from "../../../sandbox/src/provider/keepingMarks";
import { lastInputs } from "../../../sandbox/src/provider/kubernetes/state";
import { markLike } from "../../../sandbox/src/provider/marks";
import { PartialFailure, type Provider } from "../../../sandbox/src/provider/provider";
import { isObject, reveal, revealAll, Secret, type Properties, type Value } from "../../../sandbox/src/provider/values";

test("what the server answers is secret where the program's inputs are; one secret in a list hides the list", () => {
  const inputs = { spec: { password: new Secret("p"), user: "u", list: ["a", new Secret("b")] } };
  const live = { spec: { password: "p", user: "u", list: ["a", "b"], added: 1 }, status: {} };
  expect(markLike(live, inputs)).toEqual({
    spec: { password: new Secret("p"), user: "u", list: new Secret(["a", "b"]), added: 1 },
    status: {},
  });
});

test("a password that the program dropped and the cluster still has stays secret; one that it says in clear now does not", () => {
  const [news, olds] = [
    { user: "u" },
    { user: new Secret("u"), password: new Secret("p"), list: [new Secret("a")], in: new Secret({ a: 1 }) },
  ];
  const live = { user: "u", password: "p", list: ["a", "b"], in: { a: 1, b: 2 } };
  expect(markLike(live, news, olds)).toEqual({
    user: "u",
    password: new Secret("p"),
    list: new Secret(["a", "b"]),
    in: new Secret({ a: 1, b: 2 }),
  });
  expect(markLike({ list: ["a"] }, { list: ["a"] }, olds)).toEqual({ list: ["a"] });
  expect(markLike({ list: ["a", "b"] }, { list: ["b"] }, olds)).toEqual({ list: new Secret(["a", "b"]) });
  expect(markLike({ user: "u" }, { user: null }, olds)).toEqual({ user: new Secret("u") });
});

const leaf = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom("x", "y"));
/** Few names, so that bags meet at the same places. */
const { bag } = fc.letrec<{ bag: Properties; value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    leaf,
    leaf.map((value) => new Secret(value)),
    fc.array(tie("value"), { maxLength: 2 }),
    tie("bag"),
    tie("bag").map((value) => new Secret(value)),
  ),
  bag: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
}));

/** Paths of all values, the one at the top aside, with whether they are secret: a list is one value. */
const places = (value: Value | undefined, path = "", isSecret = false): [string, boolean][] => {
  if (value instanceof Secret) return places(value.value, path, true);
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => places(item, `${path}.${key}`, isSecret));
  const hides = Array.isArray(value) && JSON.stringify(value) !== JSON.stringify(reveal(value));
  return [[path, isSecret || hides]];
};
const secretPlaces = (value: Properties) => places(value).flatMap(([path, isSecret]) => (isSecret ? [path] : []));
const clearPlaces = (value: Properties) => places(value).flatMap(([path, isSecret]) => (isSecret ? [] : [path]));

/** It answers with all of what it was given, and has forgotten what of it was secret. */
const forgetful = (fails: boolean): Provider => {
  const answer = (inputs: Properties, outputs: Properties) => {
    const found = { id: "id", inputs: revealAll(inputs), outputs: revealAll(outputs) };
    if (fails) throw new PartialFailure(found.id, found.inputs, found.outputs, ["it is not ready"]);
    return found;
  };
  return {
    name: "forgetful",
    version: "1.0.0",
    diffConfig: () => ({ changed: false, replaces: [] }),
    configure: () => undefined,
    check: async (_, olds, news) => ({ inputs: revealAll({ ...olds, ...news }) }),
    diff: () => ({ changed: false, replaces: [] }),
    create: async (_, inputs) => answer(inputs, inputs),
    read: async ({ inputs, outputs }) => answer(inputs, { ...inputs, ...outputs }),
    update: async ({ outputs }, news) => answer(news, { ...outputs, ...news }).outputs,
    delete: async () => undefined,
    cancel: () => undefined,
  };
};

/** What comes of an operation, be it a failure. */
const answered = async <Answer>(operation: Promise<Answer>): Promise<Answer | PartialFailure> =>
  operation.catch((error: unknown) => {
    if (error instanceof PartialFailure) return error;
    throw error;
  });

test("no answer of a provider has in clear what came to it as a secret: a refresh would write it into the state", async () => {
  await fc.assert(
    fc.asyncProperty(bag, bag, bag, fc.boolean(), async (inputs, outputs, news, fails) => {
      const provider = keepingMarks(forgetful(fails));
      const old = { urn: "urn", id: "id", inputs, outputs };
      const options = { timeoutSeconds: 0, preview: false };
      const checked = await provider.check({ urn: "urn", seed: Buffer.alloc(0) }, inputs, news);
      const created = (await answered(provider.create("urn", news, options))) as { outputs: Properties };
      const found = (await answered(provider.read(old))) as { inputs: Properties; outputs: Properties };
      const updated = await answered(provider.update(old, news, options));
      const shown = updated instanceof PartialFailure ? updated.outputs : (updated as Properties);

      const clear = (answer: Properties, ...sources: Properties[]) => {
        const hidden = new Set(sources.flatMap(secretPlaces));
        return clearPlaces(answer).filter((path) => hidden.has(path));
      };
      expect(clear(found.inputs, inputs, outputs)).toEqual([]);
      expect(clear(found.outputs, inputs, outputs)).toEqual([]);
      expect(clear(created.outputs, news)).toEqual([]);
      // What the program says in clear now may be so from now on.
      const says = (path: string) => clearPlaces(news).includes(path);
      expect(clear(checked.inputs, news, inputs).filter((path) => !says(path))).toEqual([]);
      expect(clear(shown, news, inputs, outputs).filter((path) => !says(path))).toEqual([]);
      expect(revealAll(found.inputs)).toEqual(revealAll(inputs));
    }),
  );
});

test("of a release's last inputs, kept as one secret, only that is in clear which the state has in clear: a refresh makes them its inputs", () => {
  fc.assert(
    fc.property(bag, bag, bag, (inputs, outputs, asked) => {
      const last = lastInputs({ inputs, outputs: { ...outputs, __inputs: new Secret(revealAll(asked)) } });
      expect(revealAll(last)).toEqual(revealAll(asked));
      const known = new Set([...clearPlaces(inputs), ...clearPlaces(outputs)]);
      const hidden = new Set([...secretPlaces(inputs), ...secretPlaces(outputs)]);
      expect(clearPlaces(last).filter((path) => !known.has(path) || hidden.has(path))).toEqual([]);
    }),
  );
});

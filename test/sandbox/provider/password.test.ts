import fc from "fast-check";
import { drawPassword, rulesOf } from "../../../sandbox/src/provider/random/password";
import { RandomProvider } from "../../../sandbox/src/provider/random/random";
import { Secret, UNKNOWN } from "../../../sandbox/src/provider/values";

const urn = "urn:pulumi:s::p::random:index/randomPassword:RandomPassword::secret";
const up = { preview: false, timeoutSeconds: 0 };
const provider = new RandomProvider();

test("a password has its length, the characters it must have, and none it must not", () => {
  const least = fc.nat({ max: 5 });
  fc.assert(
    fc.property(least, least, least, fc.integer({ min: 20, max: 64 }), (minLower, minUpper, minNumeric, length) => {
      const drawn = drawPassword(rulesOf({ length, minLower, minUpper, minNumeric, special: false }));
      expect(drawn).toMatch(new RegExp(`^[a-zA-Z0-9]{${length}}$`));
      const count = (pattern: RegExp) => drawn.match(pattern)?.length ?? 0;
      expect([count(/[a-z]/g) >= minLower, count(/[A-Z]/g) >= minUpper, count(/[0-9]/g) >= minNumeric]).toEqual([true, true, true]);
    }),
  );
  expect(drawPassword(rulesOf({ length: 8, overrideSpecial: "_", lower: false, upper: false, numeric: false }))).toBe("________");
});

test("rules that no password can meet are told by the property", async () => {
  const failures = async (inputs: Record<string, never> | object) =>
    (await provider.check({ urn }, {}, inputs as never)).failures?.[0]?.reason;
  expect(await failures({})).toBe("length must be a whole number of at least 1, not null");
  expect(await failures({ length: 3, minUpper: 4 })).toBe(
    "length (3) is below the sum of minLower, minUpper, minNumeric and minSpecial (4)",
  );
  expect(await failures({ length: 3, lower: false, upper: false, numeric: false, special: false })).toContain("are all false");
  expect(await failures({ length: 3, number: true, numeric: false })).toContain("set only numeric");
  expect(await failures({ length: 32, special: false })).toBeUndefined();
});

test("the password is secret, unknown in a preview, and drawn anew only when a setting or a keeper changes", async () => {
  const inputs = { length: 16, keepers: { client: "test" } };
  const { id, outputs } = await provider.create(urn, inputs, up);
  expect(id).toBe("none");
  expect(outputs).toEqual({
    ...{ length: 16, keepers: { client: "test" }, lower: true, upper: true, numeric: true, number: true, special: true },
    ...{ minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0, result: expect.any(Secret) as Secret },
  });
  expect((await provider.create(urn, inputs, { ...up, preview: true })).outputs["result"]).toEqual(new Secret(UNKNOWN));
  const old = { urn, id, inputs, outputs };
  expect(provider.diff(old, { ...inputs, special: true })).toEqual({ changed: false, replaces: [], detailed: {} });
  const changed = { changed: true, replaces: ["keepers.client"], detailed: { "keepers.client": "update" } };
  expect(provider.diff(old, { ...inputs, keepers: { client: "other" } })).toEqual(changed);
  expect(await provider.read(old)).toEqual({ id, inputs, outputs });
});

test("an imported password is kept as it is", async () => {
  const imported = await provider.read({ urn, id: "fake-password", inputs: {}, outputs: {} });
  expect(imported).toMatchObject({ id: "none", inputs: { length: 13 }, outputs: { length: 13, result: new Secret("fake-password") } });
});

test("the package's other types are refused by name", async () => {
  const other = "urn:pulumi:s::p::random:index/randomPet:RandomPet::x";
  await expect(provider.check({ urn: other }, {}, {})).rejects.toThrow("serves RandomPassword only, not random:index/randomPet:RandomPet");
});

import { fromWire, hasUnknown, reveal, Secret, toWire, UNKNOWN } from "../../../sandbox/src/provider/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("a secret stays one on its way through the provider, or state would hold it in clear text", () => {
  const wire = { data: secret({ a: "b" }), list: [secret("x"), 1, null, true] };
  const value = fromWire(wire);
  expect(value).toEqual({ data: new Secret({ a: "b" }), list: [new Secret("x"), 1, null, true] });
  expect(toWire(value)).toEqual(wire);
  expect(reveal(value)).toEqual({ data: { a: "b" }, list: ["x", 1, null, true] });
});

test("what a preview does not know yet is not taken for a text", () => {
  const wire = { name: UNKNOWN_TEXT, secret: secret(UNKNOWN_TEXT) };
  const value = fromWire(wire);
  expect(value).toEqual({ name: UNKNOWN, secret: new Secret(UNKNOWN) });
  expect(hasUnknown(value)).toBe(true);
  expect(toWire(value)).toEqual(wire);
});

test("an output value is the value it carries, secret or unknown", () => {
  const output = (fields: object) => ({ [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...fields });
  expect(fromWire([output({ value: 1 }), output({}), output({ value: "s", secret: true })])).toEqual([1, UNKNOWN, new Secret("s")]);
});

test("an asset is refused instead of being sent to the cluster as an object", () => {
  expect(() => fromWire({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x" })).toThrow("assets and archives are not taken");
});

/** Helm values that are outputs in part. */
import * as pulumi from "@pulumi/pulumi";
import { mergedValues } from "../../../components/shared/inputValues";

/** As a preview has it: what a resource would give that is not made yet. */
const unknown = () => {
  const no = Promise.resolve(false);
  type Made = new (...args: readonly unknown[]) => pulumi.Output<string>;
  const { Output } = pulumi as unknown as { readonly Output: Made };
  return new Output(new Set(), Promise.resolve("its id"), no, no, Promise.resolve(new Set()));
};
const isKnown = (it: pulumi.Input<unknown>) => (pulumi.output(it) as unknown as { isKnown: Promise<boolean> }).isKnown;
const isSecret = (it: pulumi.Input<unknown>) => pulumi.isSecret(pulumi.output(it));
const valueOf = (it: pulumi.Input<pulumi.Inputs>) => new Promise((done) => pulumi.output(it).apply(done));

test("a secret that the stack's file gives is known in a preview, though the generated one in its place is not: each value that changes shows by its name", async () => {
  const own = { portal: { host: "kubesphere.test" }, authentication: { issuer: { jwtSecret: unknown() } } };
  const given = pulumi.secret({ authentication: { issuer: { jwtSecret: "given" } } });
  const merged = mergedValues(own, given);
  expect([await isKnown(merged), await isSecret(merged)]).toEqual([true, true]);
  expect(await valueOf(merged)).toEqual({ portal: { host: "kubesphere.test" }, authentication: { issuer: { jwtSecret: "given" } } });
});

test("a generated secret among values that are given as an output stays one, and is waited for", async () => {
  const merged = mergedValues({ issuer: { jwtSecret: pulumi.secret("generated") } }, Promise.resolve({ portal: "given" }));
  expect([await isKnown(merged), await isSecret(merged)]).toEqual([true, true]);
  expect(await valueOf(merged)).toEqual({ issuer: { jwtSecret: "generated" }, portal: "given" });
  expect(await isKnown(mergedValues({ issuer: unknown() }, pulumi.output({})))).toBe(false);
});

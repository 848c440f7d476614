/** What this file runs in: `vm.compileFunction` is the one that Jest loads every module with. */
import { compileFunction, createContext } from "node:vm";

const load = (source: string, context: object) =>
  compileFunction(source, ["step"], { filename: "/counter.js", parsingContext: createContext(context) }) as (step: number) => unknown;

test("two test files share a module's code and none of its state, or one could pass or fail by what another did", () => {
  const source = "globalThis.count = (globalThis.count ?? 0) + step; return count;";
  const [first, second] = [{}, {}].map((context) => load(source, context));
  expect([first?.(1), first?.(1), second?.(5)]).toEqual([1, 2, 5]);
});

test("a module that changed is read anew, as `jest --watch` needs it", () => {
  expect(["return 1;", "return 2;"].map((source) => load(source, {})(0))).toEqual([1, 2]);
});

test("an error names the line and the column that a person finds it at", () => {
  const stack = load("return new Error().stack;\n", {})(0);
  expect(stack).toMatch(/\(\/counter\.js:1:8\)|at \/counter\.js:1:8/);
});

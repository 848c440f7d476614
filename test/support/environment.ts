/**
 * Jest's environment for Node, for many small test files. Each has a context of its own, into which Jest loads itself, the project and its
 * libraries anew; it would also parse and compile them anew (`vm.compileFunction` keeps nothing), which is most of what a small file costs.
 * A `vm.Script` is compiled once for a worker and runs in any number of contexts, which share its code and none of its state.
 */
import vm from "node:vm";
import { TestEnvironment } from "jest-environment-node";

interface Compiled {
  readonly source: string;
  readonly script: vm.Script;
}
/** By file name. */
const compiled = new Map<string, Compiled>();
const { compileFunction } = vm;

vm.compileFunction = (source, parameters = [], options = {}) => {
  const { filename, parsingContext } = options;
  // What imports dynamically has to ask the test file's own runtime.
  if (filename === undefined || parsingContext === undefined || source.includes("import(")) {
    return compileFunction(source, parameters, options);
  }
  let known = compiled.get(filename);
  if (known?.source !== source) {
    known = { source, script: asScript(source, parameters, filename) };
    compiled.set(filename, known);
  }
  return known.script.runInContext(parsingContext) as ReturnType<typeof compileFunction>;
};

function asScript(source: string, parameters: readonly string[], filename: string): vm.Script {
  const head = `(function (${parameters.join()}) {`;
  // The offset keeps the places that stack traces and source maps name.
  return new vm.Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
}

export default TestEnvironment;

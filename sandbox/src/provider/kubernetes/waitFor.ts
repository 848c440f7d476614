import { JSONPathEnvironment, type JSONPathQuery } from "json-p3";
import type { KubeObject } from "./client.js";

/** The annotation's name. Its value is one condition or a JSON list of them, all of which must hold. */
export const WAIT_FOR = "pulumi.com/waitFor";

export type Test = (object: KubeObject) => boolean;

const paths = new JSONPathEnvironment();

// What is not there matches nothing, as json-p3 says too: by an exception, whose message takes V8 a third of a millisecond. A wait asks often.
const search = paths.functionRegister.get("search");
if (search) {
  const call = (text: unknown, pattern: unknown) => typeof text === "string" && (search.call(text, pattern) as boolean);
  paths.functionRegister.set("search", { argTypes: search.argTypes, returnType: search.returnType, call });
}

/** `jsonpath={.status.phase}=Ready`, `condition=Ready`, `condition=Ready=False`, or a JSON list of such. @throws when it is none of these */
export function parseWaitFor(annotation: string): Test {
  if (!annotation.trimStart().startsWith("[")) return parseCondition(annotation);
  const tests = (JSON.parse(annotation) as string[]).map(parseCondition);
  return (object) => tests.every((test) => test(object));
}

function parseCondition(text: string): Test {
  if (text.startsWith("jsonpath=")) return parsePath(text.slice("jsonpath=".length));
  if (text.startsWith("condition=")) {
    const [type = "", status = "True"] = text.slice("condition=".length).split("=");
    return (object) => hasCondition(object, type, status);
  }
  throw new Error(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(text)}`);
}

interface Status {
  conditions?: { type: string; status: string; reason?: string; message?: string; observedGeneration?: number }[];
}

/** A condition that was observed on an older generation says nothing of this one. */
export function hasCondition(object: KubeObject, type: string, status: string): boolean {
  const found = (object["status"] as Status | undefined)?.conditions?.find((one) => one.type.toLowerCase() === type.toLowerCase());
  const isCurrent = (found?.observedGeneration ?? object.metadata.generation ?? 0) >= (object.metadata.generation ?? 0);
  return found !== undefined && isCurrent && found.status.toLowerCase() === status.toLowerCase();
}

function parsePath(text: string): Test {
  const end = text.includes("}=") ? text.indexOf("}=") : text.length - 1;
  if (!text.startsWith("{") || text[end] !== "}") throw new Error(`${text} should be wrapped in brackets { ... }`);
  const expression = text.slice(1, end);
  const expected = end + 1 < text.length ? text.slice(end + 2) : undefined;
  const query = compile(expression.startsWith("$") ? expression : `$${expression}`);
  return (object) => {
    const found = query.query(object as unknown as Parameters<JSONPathQuery["query"]>[0]).values();
    if (found.length > 1) throw new Error(`${expression} matches ${found.length} values; a condition needs one`);
    if (expected === undefined || found.length === 0) return found.length === 1;
    if (typeof found[0] === "object" && found[0] !== null)
      throw new Error(`${expression} leads to an object or a list, which equals no text`);
    return String(found[0]) === expected;
  };
}

function compile(expression: string): JSONPathQuery {
  // The official provider looks for the wanted value behind the first = that is none of ==, be it in the expression.
  if (expression.replaceAll("==", "").includes("=")) throw new Error(`${expression}: = is understood in == only`);
  if (hasChain(expression)) {
    throw new Error(`${expression}: a chain of three terms of && or || is not understood; put all but two of them in parentheses`);
  }
  return paths.compile(expression);
}

/** The official provider's parser stops at the third unparenthesised term of && and ||, other than RFC 9535 has it; what it refuses must not pass here. */
function hasChain(expression: string): boolean {
  const operators = [0];
  for (const [token] of expression.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|&&|\|\||[()[\],]/g)) {
    const top = operators.length - 1;
    if (token === "(" || token === "[") operators.push(0);
    else if ((token === ")" || token === "]") && top > 0) operators.pop();
    else if (token === ",") operators[top] = 0;
    else if (token === "&&" || token === "||") operators[top] = (operators[top] ?? 0) + 1;
    if ((operators.at(-1) ?? 0) > 1) return true;
  }
  return false;
}

import { randomInt } from "node:crypto";
import { isObject, revealAll, type Properties } from "../values.js";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** What a password is drawn by: the settings of `RandomPassword` with its documented defaults. */
export interface Rules {
  readonly length: number;
  readonly classes: { readonly characters: string; readonly used: boolean; readonly atLeast: number }[];
}

/** @throws naming the property, for rules that no password can meet */
export function rulesOf(inputs: Properties): Rules {
  const plain = revealAll(inputs);
  const flag = (...names: string[]) => names.every((name) => plain[name] !== false);
  const count = (name: string) => wholeNumber(name, plain[name] ?? 0, 0);
  const length = wholeNumber("length", plain["length"] ?? null, 1);
  const { number, numeric, overrideSpecial } = plain;
  if (number !== undefined && numeric !== undefined && number !== numeric) {
    throw new Error(`number (${String(number)}) and numeric (${String(numeric)}) are one setting under two names: set only numeric`);
  }
  const special = typeof overrideSpecial === "string" && overrideSpecial ? overrideSpecial : SPECIAL;
  const classes = [
    { characters: LOWER, used: flag("lower"), atLeast: count("minLower") },
    { characters: LOWER.toUpperCase(), used: flag("upper"), atLeast: count("minUpper") },
    { characters: DIGITS, used: flag("number", "numeric"), atLeast: count("minNumeric") },
    { characters: special, used: flag("special"), atLeast: count("minSpecial") },
  ];
  const needed = classes.reduce((sum, { atLeast }) => sum + atLeast, 0);
  if (needed > length) throw new Error(`length (${length}) is below the sum of minLower, minUpper, minNumeric and minSpecial (${needed})`);
  if (classes.every(({ used }) => !used))
    throw new Error("lower, upper, numeric and special are all false: no character is left to draw from");
  return { length, classes };
}

function wholeNumber(name: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
  throw new Error(`${name} must be a whole number of at least ${least}, not ${JSON.stringify(value)}`);
}

const draw = (characters: string): string => characters.charAt(randomInt(characters.length));

/** Characters come from the system's cryptographic generator; each allowed one is as likely as another, the guaranteed ones stand anywhere. */
export function drawPassword({ length, classes }: Rules): string {
  const all = classes.flatMap(({ characters, used }) => (used ? [characters] : [])).join("");
  const drawn = classes.flatMap(({ characters, atLeast }) => Array.from({ length: atLeast }, () => draw(characters)));
  while (drawn.length < length) drawn.push(draw(all));
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [drawn[last], drawn[other]] = [drawn[other] as string, drawn[last] as string];
  }
  return drawn.join("");
}

/** The settings as the official provider has them among its outputs, defaults filled in. */
export function settingsOf(inputs: Properties): Properties {
  const numeric = (inputs["numeric"] ?? true) === true && (inputs["number"] ?? true) === true;
  const defaults = { lower: true, minLower: 0, minNumeric: 0, minSpecial: 0, minUpper: 0, special: true, upper: true };
  const keepers = isObject(inputs["keepers"]) ? { keepers: inputs["keepers"] } : {};
  return { ...defaults, ...inputs, ...keepers, number: numeric, numeric };
}

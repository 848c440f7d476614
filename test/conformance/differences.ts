/** Where what happened differs from what was recorded; volatile values are recorded by name. */
import { isObject, type Json } from "./vectors";

export interface Difference {
  /** `up 1: state.web.outputs.status` */
  readonly where: string;
  readonly recorded: unknown;
  readonly found: unknown;
}

/** What may stand for a recorded `<name>`; any other stands for any text. */
const VOLATILE: Readonly<Record<string, string>> = {
  hash: "[a-z0-9]+",
  hex8: "[0-9a-f]{8}",
  ip: "[0-9a-f.:]+",
  rand5: "[a-z0-9]{5}",
  resourceVersion: "\\d+",
  time: "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z",
  uid: "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function matches(recorded: string, found: string): boolean {
  const parts = recorded.split(/<([a-zA-Z0-9-]+)>/);
  const pattern = parts.map((part, index) => (index % 2 === 0 ? escaped(part) : (VOLATILE[part] ?? "[\\s\\S]+?")));
  return new RegExp(`^${pattern.join("")}$`).test(found);
}

export function differences(where: string, recorded: Json | undefined, found: Json | undefined): Difference[] {
  if (typeof recorded === "string" && typeof found === "string") {
    return matches(recorded, found) ? [] : [{ where, recorded, found }];
  }
  if (Array.isArray(recorded) && Array.isArray(found) && recorded.length === found.length) {
    return recorded.flatMap((item, index) => differences(`${where}[${index}]`, item, found[index]));
  }
  if (isObject(recorded) && isObject(found)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(found)]);
    return [...keys].flatMap((key) => differences(`${where}.${key}`, recorded[key], found[key]));
  }
  return JSON.stringify(recorded) === JSON.stringify(found) ? [] : [{ where, recorded, found }];
}

import { readFileSync } from "fs";
import { join } from "path";
import { configHash } from "../../../sandbox/src/sim/configHash.js";

const vectors: unknown = JSON.parse(readFileSync(join(__dirname, "../../vectors/config-hash.json"), "utf8"));

/** Every recorded pair, wherever it stands in the file. */
const pairs = (value: unknown): [string, string][] => {
  if (typeof value !== "object" || value === null) return [];
  const { storedConfig, configHash: hash } = value as { storedConfig?: unknown; configHash?: unknown };
  const here: [string, string][] = typeof hash === "string" ? [[typeof storedConfig === "string" ? storedConfig : "", hash]] : [];
  return [...here, ...Object.values(value).flatMap(pairs)];
};

test.each(pairs(vectors))("the program would wait for a configHash that never comes: %j", (config, hash) => {
  expect(configHash(config)).toBe(hash);
});

test("there are hashes to compare", () => {
  expect(pairs(vectors).length).toBeGreaterThan(10);
});

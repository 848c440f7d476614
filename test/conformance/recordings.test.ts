/** Another recording of the same form, dropped beside the others, is all that it takes to have it replayed. */
import { mkdtempSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { replay } from "./replay";
import { place } from "./sandbox";
import { checkScenarios } from "./scenarios";
import { scenarios, scenariosIn, type Scenario } from "./vectors";

/** Few steps, but with lines for kubectl, another manager's apply, and a user with few rights. */
const COPIED = ["foreign-edits-and-update", "no-permission"];
/** Whatever the recorder called something, as a word of its own. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ adopt: "dropped-edits", locked: "dropped-lock", "rec-rbac": "dropped-home", few: "another" },
  ...{ settings: "options", s: "t", app: "shop" },
};

function renamed(scenario: Scenario): Scenario {
  // Stacks are called after their scenarios.
  const names: typeof NAMES = { ...NAMES, [scenario.name]: `dropped-${scenario.name}` };
  const name = new RegExp(`(?<![\\w.-])(${Object.keys(names).join("|")})(?![\\w.-])`, "g");
  return JSON.parse(JSON.stringify(scenario).replace(name, (word) => names[word] ?? word)) as Scenario;
}

const folder = mkdtempSync(join(tmpdir(), "recordings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const originals = scenarios.filter(({ name }) => COPIED.includes(name));
writeFileSync(join(folder, "provider-kubernetes-dropped.json"), JSON.stringify(originals.map(renamed)));
const dropped = scenariosIn(folder);

describe("dropped in", () => checkScenarios(dropped));

test("what is dropped in shares no name with the recordings that are there, and counts", async () => {
  expect(dropped.map(({ name }) => name).sort()).toEqual(COPIED.map((name) => `dropped-${name}`).sort());
  const text = JSON.stringify(dropped);
  expect(["cm/adopt", "-n adopt ", '"locked"', "rec-rbac", '"settings"'].filter((name) => text.includes(name))).toEqual([]);
  // One that says otherwise is found to differ.
  const [first] = dropped.filter(({ name }) => name === "dropped-no-permission");
  const [step] = first?.steps ?? [];
  const wrong = { ...first, name: "dropped-wrong", steps: [{ ...step, exitCode: 1 }] } as Scenario;
  expect(await replay(await place(), wrong)).toEqual([{ where: "preview 0: exitCode", recorded: 1, found: 0 }]);
});

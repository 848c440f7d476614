import { readdir, stat, utimes, writeFile } from "fs/promises";
import { join } from "path";
import { LearntFolder } from "../../../kubesphere/extension/learntFolder";
import type { Learnt } from "../../../kubesphere/extension/rendering";
import { temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();
const learnt: Learnt = {
  rules: [],
  clusterRules: [],
  added: { rules: [], clusterRules: [] },
  ui: undefined,
  hosts: ["a"],
  hasFrontEnd: false,
  undecided: [],
  notes: [],
  record: { bytes: 1, most: [], others: 0 },
  awaited: { storageClasses: [], foreignKinds: [] },
  awaitedOnMembers: [],
  crds: [],
  goneEntries: [],
  made: [],
};

test("what was learnt in one run is known in the next, and to nobody else of the machine", async () => {
  const dir = join(await folder({}), "renders");
  await new LearntFolder(dir).put("key", learnt);
  expect(await new LearntFolder(dir).get("key")).toEqual(JSON.parse(JSON.stringify(learnt)));
  expect(await new LearntFolder(dir).get("other")).toBeUndefined();
  expect([(await stat(dir)).mode & 0o777, (await stat(join(dir, "key.json"))).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(await readdir(dir)).toEqual(["key.json"]);
});

test("a file that was cut off, or a folder that cannot be, costs a render and no run", async () => {
  const dir = await folder({ "key.json": '{"rules"', file: "" });
  expect(await new LearntFolder(dir).get("key")).toBeUndefined();
  await expect(new LearntFolder(join(dir, "file")).put("key", learnt)).resolves.toBeUndefined();
});

test("it does not grow for ever: what was not asked for longest goes", async () => {
  const dir = await folder({});
  const old = new Date("2020-01-01");
  await Promise.all(
    Array.from({ length: 21 }, async (_, index) => {
      const file = join(dir, `${index}.json`);
      await writeFile(file, "{}");
      await utimes(file, old, new Date(old.getTime() + index * 1000));
    }),
  );
  const memory = new LearntFolder(dir, 20);
  await memory.get("0");
  await memory.put("new", learnt);
  const left = new Set(await readdir(dir));
  expect(left.size).toBe(20);
  expect([left.has("0.json"), left.has("1.json"), left.has("2.json"), left.has("new.json")]).toEqual([true, false, false, true]);
});

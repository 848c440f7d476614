import { readFileSync } from "fs";

jest.mock("../../sandbox/src/portFree", () => ({ isPortFree: () => Promise.resolve(true) }));

/** As one of Jest's processes has it. @param id undefined before and after all of them */
function inProcess(id: string | undefined): typeof import("./sandbox") {
  const before = process.env["JEST_WORKER_ID"];
  if (id === undefined) delete process.env["JEST_WORKER_ID"];
  else process.env["JEST_WORKER_ID"] = id;
  try {
    jest.resetModules();
    return jest.requireActual<typeof import("./sandbox")>("./sandbox");
  } finally {
    process.env["JEST_WORKER_ID"] = before;
  }
}

test("files of tests that run at the same time have sandboxes of their own, each of which is cleared away at the end", () => {
  const [all, one, two] = [inProcess(undefined), inProcess("1"), inProcess("2")];
  expect(all.SANDBOXES).toEqual([one.SANDBOX, two.SANDBOX]);
  expect(one.SANDBOX.startsWith(two.SANDBOX) || two.SANDBOX.startsWith(one.SANDBOX)).toBe(false);
  expect(/sideBySide = \["--maxWorkers", "(\d+)"/.exec(readFileSync("sandbox/run.mjs", "utf8"))?.[1]).toBe(`${all.WORKERS}`);
});

test("no two of them are given one port, however often they ask, nor one that is counted on from a given one", async () => {
  const asked = async (id: string) => {
    const { freeNodePorts } = inProcess(id);
    const rounds = await Promise.all(Array.from({ length: 200 }, () => freeNodePorts()));
    const further = await Promise.all(rounds.map((ports) => freeNodePorts(Math.max(...ports) + 1)));
    for (const [index, ports] of rounds.entries()) expect(new Set([...ports, ...(further[index] ?? [])]).size).toBe(4);
    return [...rounds.flat(), ...further.flat()];
  };
  const [one, two] = [new Set(await asked("1")), await asked("2")];
  expect(two.filter((port) => one.has(port))).toEqual([]);
});

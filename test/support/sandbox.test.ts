import { readFileSync } from "fs";

jest.mock("../../sandbox/src/portFree", () => ({ isPortFree: () => Promise.resolve(true) }));

/** As one of Jest's processes has it. @param id undefined before and after all of them @param lane of suites that run at the same time */
function inProcess(id: string | undefined, lane = "0"): typeof import("./sandbox") {
  const before = process.env;
  process.env = { ...before, TEST_LANE: lane };
  if (id === undefined) delete process.env["JEST_WORKER_ID"];
  else process.env["JEST_WORKER_ID"] = id;
  try {
    jest.resetModules();
    return jest.requireActual<typeof import("./sandbox")>("./sandbox");
  } finally {
    process.env = before;
  }
}

test("files of tests that run at the same time have sandboxes of their own, each of which is cleared away at the end", () => {
  const [all, one, two] = [inProcess(undefined), inProcess("1"), inProcess("2")];
  expect(all.SANDBOXES).toEqual([one.SANDBOX, two.SANDBOX]);
  expect(one.SANDBOX.startsWith(two.SANDBOX) || two.SANDBOX.startsWith(one.SANDBOX)).toBe(false);
  expect(/sideBySide = \["--maxWorkers", "(\d+)"/.exec(readFileSync("sandbox/run.mjs", "utf8"))?.[1]).toBe(`${all.WORKERS}`);
});

test("suites that run at the same time clear away their own sandboxes alone", () => {
  const [first, second] = [inProcess(undefined), inProcess(undefined, "1")];
  expect(second.SANDBOXES).toEqual([inProcess("1", "1").SANDBOX, inProcess("2", "1").SANDBOX]);
  expect(new Set([...first.SANDBOXES, ...second.SANDBOXES]).size).toBe(4);
});

test.each([
  ["files of a suite", "2", "0"],
  ["suites", "1", "1"],
])(
  "no two %s at the same time are given one port, however often they ask, nor one that is counted on from a given one",
  async (_, id, lane) => {
    const asked = async (...process: [string, string?]) => {
      const { freeNodePorts } = inProcess(...process);
      const rounds = await Promise.all(Array.from({ length: 200 }, () => freeNodePorts()));
      const further = await Promise.all(rounds.map((ports) => freeNodePorts(Math.max(...ports) + 1)));
      for (const [index, ports] of rounds.entries()) expect(new Set([...ports, ...(further[index] ?? [])]).size).toBe(4);
      return [...rounds.flat(), ...further.flat()];
    };
    const [one, two] = [new Set(await asked("1")), await asked(id, lane)];
    expect(two.filter((port) => one.has(port))).toEqual([]);
  },
);

import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import { Queue } from "../../../sandbox/src/sim/queue.js";

/** A gate that work can wait at. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Lets everything that waits for no timer run. */
const settle = () => jest.advanceTimersByTimeAsync(0);

test("two writers would meet on one plan: a key added while it is worked on comes again afterwards, and once", async () => {
  const { opened, open } = gate();
  const seen: string[] = [];
  const queue = new Queue("test", async (key) => {
    seen.push(`begin ${key}`);
    if (key === "a" && seen.length === 1) await opened;
    seen.push(`end ${key}`);
  });
  for (const key of ["a", "a", "a", "b"]) queue.add(key);
  await settle();
  expect(seen).toEqual(["begin a", "begin b", "end b"]);
  open();
  await settle();
  expect(seen).toEqual(["begin a", "begin b", "end b", "end a", "begin a", "end a"]);
});

test("a write that somebody else overtook would be lost, or wait", async () => {
  let runs = 0;
  const queue = new Queue("test", () => {
    runs += 1;
    return runs === 1 ? Promise.reject(new ApiError(409, "the object has been modified")) : Promise.resolve();
  });
  queue.add("a");
  await settle();
  expect(runs).toBe(2);
});

test("a plan whose chart is missing would keep the machine busy: failures are tried again ever more slowly, whatever comes between", async () => {
  const times: number[] = [];
  const start = Date.now();
  const queue = new Queue("test", () => {
    times.push(Date.now() - start);
    queue.add("a");
    return Promise.reject(new Error("no chart"));
  });
  queue.add("a");
  await jest.advanceTimersByTimeAsync(20_000);
  expect(times).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 11_300, 16_300]);
  queue.stop();
});

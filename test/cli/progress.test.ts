import { Progress } from "../../cli/shared/progress";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("who waits longer than two seconds is told why, once a change and then now and again", () => {
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line));
  progress.now("packing");
  jest.advanceTimersByTime(1_900);
  expect(lines).toEqual([]);
  progress.now("waiting");
  jest.advanceTimersByTime(10_000);
  expect(lines).toEqual(["  waiting (2 s)"]);
  progress.now("Installing");
  jest.advanceTimersByTime(16_000);
  expect(lines.slice(1)).toEqual(["  Installing (12 s)", "  Installing (27 s)"]);
  progress.end();
  jest.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(3);
});

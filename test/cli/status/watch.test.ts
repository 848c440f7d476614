import { Failure } from "../../../cli/shared/command";
import type { ExtensionStatus, StackStatus } from "../../../cli/status/status";
import { watch } from "../../../cli/status/watch";
import { EXAMPLE } from "./example";

const [demo] = EXAMPLE.extensions as [ExtensionStatus];
const at = (second: number, ...extensions: ExtensionStatus[]): StackStatus => ({
  ...EXAMPLE,
  time: `2026-01-01T09:28:${second}.500Z`,
  health: "rollingOut",
  extensions,
});
const upgrading: ExtensionStatus = {
  ...demo,
  health: "rollingOut",
  reasons: ["It is Upgrading;\nversion 0.1.0 is there."],
  states: [
    ...demo.states,
    { state: "Preparing", since: "2026-01-01T09:28:31Z", seconds: 0 },
    { state: "Upgrading", since: "2026-01-01T09:28:31Z" },
  ],
  workloads: [{ kind: "Deployment", namespace: "extension-demo", name: "demo", ready: 1, wanted: 2 }],
};

/** Looks at each of these in turn, until there are no more. */
async function watched(looks: readonly (StackStatus | Error)[], how: { isJson?: boolean; isTTY?: boolean; rows?: number } = {}) {
  const { isJson = false, ...terminal } = how;
  const interrupted = new AbortController();
  const left = [...looks];
  const told = { written: "", said: [] as string[], seen: [] as string[] };
  await watch({
    look: () => {
      const next = left.shift();
      if (left.length === 0) interrupted.abort();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next as StackStatus);
    },
    seen: async (status) => void told.seen.push(status.time.slice(17, 19)),
    isJson,
    out: { write: (text: string) => (told.written += text), ...terminal },
    say: (line) => told.said.push(line),
    signal: interrupted.signal,
    everyMs: 1,
  });
  return told;
}

test("where there is no terminal, a line tells each change, states with the time at which they came, however many came at once", async () => {
  const { written, seen } = await watched([at(30, demo), at(32, demo), at(34, upgrading), at(36)]);
  expect(written).toBe(`2026-01-01T00:00:02Z demo: Preparing
2026-01-01T00:00:03Z demo: Installing
2026-01-01T00:00:45Z demo: Installed
2026-01-01T09:28:30Z demo: version 0.1.0
2026-01-01T09:28:30Z demo: Deployment demo, 2 of 2 ready
2026-01-01T09:28:30Z demo: JSBundle demo-js, Available
2026-01-01T09:28:30Z demo: as wanted
2026-01-01T09:28:31Z demo: Preparing
2026-01-01T09:28:31Z demo: Upgrading
2026-01-01T09:28:34Z demo: Deployment demo, 1 of 2 ready
2026-01-01T09:28:34Z demo: rolling out: It is Upgrading; version 0.1.0 is there.
2026-01-01T09:28:36Z demo: is gone
`);
  // The page is written for a change, not for the time that passes.
  expect(seen).toEqual(["30", "34", "36"]);
});

test("a cluster's words draw over the lines of others", async () => {
  const hostile = { ...upgrading, reasons: ["\x1b[2J\rdemo: as wanted\n\u202e"] };
  const { written } = await watched([at(30, demo), at(34, hostile)]);
  expect(written.split("\n").at(-2)).toBe("2026-01-01T09:28:34Z demo: rolling out: \\x1b[2J\\x0ddemo: as wanted \\u202e");
  const screen = (await watched([at(34, hostile)], { isTTY: true, rows: 60 })).written.replace("\x1b[H\x1b[2J\x1b[3J", "");
  expect(screen.match(/[^\P{Cc}\n]|\u202e/gu)).toBeNull();
});

test("for machines each change is a document in a line", async () => {
  const { written } = await watched([at(30, demo), at(32, demo), at(34, upgrading)], { isJson: true });
  expect(
    written
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([at(30, demo), at(34, upgrading)]);
});

test("a terminal is drawn anew at each look, with what fits into it", async () => {
  const { written } = await watched([at(30, demo), at(32, demo)], { isTTY: true, rows: 6 });
  const screens = written.split("\x1b[H\x1b[2J\x1b[3J").slice(1);
  expect(screens.map((screen) => screen.split("\n").length)).toEqual([6, 6]);
  expect(screens[1]).toMatch(/^prod: rolling out \(1 extension; 2026-01-01 09:28:32 UTC\)\n\nEXTENSION .*\ndemo .*\n…\n$/);
});

test("a cluster that is away for a moment is asked again, and told once; one that never answered is an error", async () => {
  const away = new Failure("the cluster cannot be asked: connection refused.");
  const { written, said } = await watched([at(30, demo), away, away, at(36, upgrading)]);
  expect(said).toEqual(["the cluster cannot be asked: connection refused. It is asked again every 0.001 s."]);
  expect(written).toContain("2026-01-01T09:28:31Z demo: Upgrading\n");
  await expect(watched([away])).rejects.toThrow("connection refused");
});

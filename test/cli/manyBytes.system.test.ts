/** What pulumi prints is read whole, however the pipe cuts it. */
import { chmod, writeFile } from "fs/promises";
import { join } from "path";
import { exportState, openStack } from "../../cli/shared/pulumi";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();
afterEach(() => jest.restoreAllMocks());

test("a state with names in Chinese is the same after it was read: recover writes it back, and drift compares it", async () => {
  // Three bytes each, so that pieces of 64 KiB end within one.
  const state = { names: Array.from({ length: 4 }, (_, index) => "示".repeat(50_000 + index)) };
  const place = await folder({ "state.json": JSON.stringify(state) });
  await writeFile(join(place, "pulumi"), `#!/bin/sh\nexec cat ${place}/state.json\n`);
  await chmod(join(place, "pulumi"), 0o755);
  jest.replaceProperty(process, "env", { ...process.env, PATH: `${place}:${process.env["PATH"] ?? ""}` });
  expect(await exportState(openStack(undefined, place))).toEqual(state);
});

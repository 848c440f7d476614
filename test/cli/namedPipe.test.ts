import { writeFile } from "fs/promises";
import { throughPipe } from "../../cli/shared/namedPipe";

test("what is written into the pipe comes out whole, however much it is", async () => {
  const text = "a line of a plan\n".repeat(20_000);
  expect(await throughPipe((pipe) => writeFile(pipe, text).then(() => 7))).toEqual({ result: 7, written: text });
});

test("nobody waits for a writer that failed before it wrote", async () => {
  await expect(throughPipe(() => Promise.reject(new Error("no pulumi")))).rejects.toThrow("no pulumi");
});

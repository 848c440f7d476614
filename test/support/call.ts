/** Calls a command's entry and gives what it prints. */
export async function callMain(main: () => Promise<number>): Promise<{ code: number; stdout: string; stderr: string }> {
  const [out, err] = [jest.spyOn(process.stdout, "write"), jest.spyOn(process.stderr, "write")];
  const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join("");
  out.mockReturnValue(true);
  err.mockReturnValue(true);
  try {
    const code = await main();
    return { code, stdout: text(out), stderr: text(err) };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

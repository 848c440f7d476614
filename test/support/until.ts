/** Asks again and again until the answer is yes. @param timeoutMs milliseconds @throws Error that quotes the condition */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs: number, everyMs = 100): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${timeoutMs / 1000} s: ${condition.toString()}`);
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
}

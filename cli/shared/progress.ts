/** Shows progress if a step takes longer than two seconds. */
import { oneLine } from "./text/terminal";
import { maskUrls } from "./urls";

const QUIET_MS = 2_000;
const REPEAT_MS = 15_000;

export class Progress {
  private text = "";
  private said = "";
  private saidAt = 0;
  private readonly since = performance.now();
  private readonly timer: NodeJS.Timeout;

  /** @param write takes a line without its newline */
  constructor(private readonly write: (line: string) => void) {
    this.timer = setInterval(() => this.tell(), 250).unref();
  }

  /** Names the step that begins now. */
  now(text: string): void {
    this.text = oneLine(maskUrls(text));
  }

  end(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    const passed = performance.now() - this.since;
    if (passed < QUIET_MS || this.text === "" || (this.text === this.said && passed - this.saidAt < REPEAT_MS)) return;
    this.said = this.text;
    this.saidAt = passed;
    this.write(`  ${this.text} (${(passed / 1000).toFixed(0)} s)`);
  }
}

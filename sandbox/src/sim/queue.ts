/** Keys waiting for work: each is worked on by one at a time, however often it was added; different keys do not wait for each other. */
import { ApiError } from "./apiError.js";
import { log } from "./log.js";

/** Milliseconds before a key that failed is tried again; doubled up to the longest. */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5_000;
/** Milliseconds after which a failure no longer counts: one success does not end a row of them, since work has several steps. */
const MEMORY = 2 * LONGEST_RETRY;

export class Queue {
  private readonly running = new Set<string>();
  private readonly again = new Set<string>();
  private readonly failures = new Map<string, { count: number; at: number }>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly name: string,
    private readonly work: (key: string) => Promise<void>,
  ) {}

  /** A key that has just failed waits its turn: adding it does not shorten the pause. */
  add(key: string): void {
    if (this.timers.has(key)) return;
    if (this.running.has(key)) this.again.add(key);
    else void this.run(key);
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private async run(key: string): Promise<void> {
    this.running.add(key);
    try {
      await this.work(key);
    } catch (error) {
      this.retry(key, error);
    }
    this.running.delete(key);
    if (this.again.delete(key)) this.add(key);
  }

  private retry(key: string, error: unknown): void {
    // Somebody else wrote first: read again and decide anew.
    if (error instanceof ApiError && error.code === 409) {
      this.again.add(key);
      return;
    }
    const now = Date.now();
    const before = this.failures.get(key);
    const count = before && now - before.at < MEMORY ? before.count + 1 : 0;
    this.failures.set(key, { count, at: now });
    log(`${this.name} ${key}: ${error instanceof Error ? error.message : String(error)}`);
    const delay = Math.min(FIRST_RETRY * 2 ** count, LONGEST_RETRY);
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        this.add(key);
      }, delay),
    );
  }
}

/** `sim.json` in the sandbox's folder, by which others know of the simulator. */
import { rename, rm, writeFile } from "node:fs/promises";

/** Says that the simulator is up, and what is wrong with it. */
export class StateFile {
  private errors: string[] = [];
  private ready = false;
  private done: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  /** Without errors: the simulator is ready, and keeps those that it has. */
  write(errors?: string[]): Promise<void> {
    this.errors = errors ?? this.errors;
    this.ready ||= errors === undefined;
    if (!this.ready) return this.done;
    const content = JSON.stringify({ pid: process.pid, ready: true, errors: this.errors });
    // Renamed into place, so that a reader never sees half of it.
    this.done = this.done.then(async () => {
      await writeFile(`${this.path}.new`, content);
      await rename(`${this.path}.new`, this.path);
    });
    return this.done;
  }

  async remove(): Promise<void> {
    await this.done;
    await rm(this.path, { force: true });
  }
}

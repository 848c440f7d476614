/** How far Go has come with a build, and how long it will still take by what it has taken so far. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Below this share of the work the time that is left is a guess. */
const KNOWN_FROM = 0.04;

/** For `go list -deps`: the packages that are not in Go's cache, each with its folder. */
export const STALE = "{{if .Stale}}{{.ImportPath}} {{.Dir}}{{end}}";

/**
 * @param listed what `go list` says by {@link STALE}
 * @param folders where the sources of packages are of which it names another folder
 * @returns bytes of source for each package, which is what compiling it takes, roughly
 */
export function weigh(listed: string, folders: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, number> {
  const lines = listed.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const folder = line.slice(line.indexOf(" ") + 1);
      return [line.split(" ", 1)[0] as string, bytesIn(folders.get(folder) ?? folder)];
    }),
  );
}

function bytesIn(folder: string): number {
  try {
    const sources = readdirSync(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
    return sources.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}

/** Follows `go build -v`, which names each package that it begins to compile. */
export class BuildProgress {
  private compiled = 0;
  private done = 0;
  private readonly all: number;

  /** @param weights as {@link weigh} gives them */
  constructor(private readonly weights: ReadonlyMap<string, number>) {
    this.all = [...weights.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  begins(name: string): void {
    this.compiled++;
    this.done += this.weights.get(name) ?? 0;
  }

  /** @param seconds since the build began */
  text(seconds: number): string {
    const total = Math.max(this.weights.size, this.compiled);
    const share = this.all === 0 ? 1 : this.done / this.all;
    if (this.compiled === total) return `compiled all of ${total} packages, linking; ${Math.round(seconds)} s`;
    const left = share < KNOWN_FROM ? "how long the rest takes shows soon" : `${inWords((seconds * (1 - share)) / share)} left`;
    return `compiled ${this.compiled} of ${total} packages; ${left}`;
  }
}

const inWords = (seconds: number) => (seconds < 90 ? "about a minute" : `about ${Math.round(seconds / 60)} minutes`);

/** What a check is, and what it says. */

/** A check that failed says what is likely wrong, and what to do next. */
export interface Trouble {
  readonly cause: string;
  /** A command as one types it, or a thing to do. */
  readonly next: string;
}

export type Verdict =
  | { readonly result: "ok"; readonly detail: string }
  /** Nothing can be said. */
  | { readonly result: "skipped"; readonly detail: string }
  | ({ readonly result: "failed"; readonly detail: string } & Trouble);

export interface Check {
  /** What is checked: "console", "extension demo". */
  readonly what: string;
  run(): Promise<Verdict>;
}

export type Checked = Verdict & {
  readonly what: string;
  readonly ms: number;
};

export const ok = (detail: string): Verdict => ({ result: "ok", detail });
export const skipped = (detail: string): Verdict => ({ result: "skipped", detail });
export const failed = (detail: string, { cause, next }: Trouble): Verdict => ({ result: "failed", detail, cause, next });

/** All at once; the results in the checks' order. */
export const runAll = (checks: readonly Check[]): Promise<readonly Checked[]> =>
  Promise.all(
    checks.map(async ({ what, run }) => {
      const since = performance.now();
      const verdict = await run();
      return { what, ms: Math.round(performance.now() - since), ...verdict };
    }),
  );

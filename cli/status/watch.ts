/**
 * Looks again and again. It asks rather than watches: KubeSphere keeps the states that a plan went through, with their times, so nothing
 * is missed between two looks; and nine lists every two seconds cost less than as many watches that have to be kept alive.
 */
import { setTimeout } from "timers/promises";
import { Failure } from "../shared/command";
import { oneLine, printable, printableJson } from "../shared/text/terminal";
import { maskLogins } from "../shared/urls";
import { changes } from "./changes";
import type { StackStatus } from "./status";
import { asText } from "./text";

const EVERY_MS = 2_000;
const CLEAR = "\x1b[H\x1b[2J\x1b[3J";

export interface Watching {
  readonly look: () => Promise<StackStatus>;
  /** Told of the first look, and of each that shows a change. */
  readonly seen: (status: StackStatus) => Promise<void>;
  /** A document in a line for each change, rather than text. */
  readonly isJson: boolean;
  /** Drawn anew where it is a terminal. */
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean; readonly rows?: number };
  /** For what is no part of the output. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** @default 2 seconds */
  readonly everyMs?: number;
}

/** @throws Failure when the very first look fails; later ones are tried again */
export async function watch({ look, seen, isJson, out, say, signal, everyMs = EVERY_MS }: Watching): Promise<void> {
  let before: StackStatus | undefined;
  let trouble = "";
  while (!signal.aborted) {
    try {
      const now = await look();
      trouble = "";
      const isNew = before === undefined || !isSame(before, now);
      if (isJson) out.write(isNew ? `${printableJson(maskLogins(JSON.stringify(now)))}\n` : "");
      else if (out.isTTY) out.write(`${CLEAR}${fitting(printable(maskLogins(asText(now))), out.rows)}\n`);
      else
        out.write(
          changes(before, now)
            .map((line) => `${oneLine(maskLogins(line))}\n`)
            .join(""),
        );
      if (isNew) await seen(now);
      before = now;
    } catch (error) {
      if (!(error instanceof Failure) || before === undefined) throw error;
      if (error.message !== trouble) say(`${error.message} It is asked again every ${everyMs / 1000} s.`);
      trouble = error.message;
    }
    await pause(everyMs, signal);
  }
}

/** All but the time. */
const isSame = (a: StackStatus, b: StackStatus) => JSON.stringify({ ...a, time: "" }) === JSON.stringify({ ...b, time: "" });

/** What is above scrolls away in a terminal; what comes first matters most. */
function fitting(text: string, rows: number | undefined): string {
  const lines = text.split("\n");
  // A terminal that does not know its own height says 0.
  return !rows || lines.length < rows ? text : [...lines.slice(0, rows - 2), "…"].join("\n");
}

/** Also ends when the signal comes. */
const pause = (milliseconds: number, signal: AbortSignal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);

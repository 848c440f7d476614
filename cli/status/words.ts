/** Times, lengths of time and counts, as people read them. */

const UNITS = [
  { name: "d", seconds: 86_400, from: 2 * 86_400 },
  { name: "h", seconds: 3_600, from: 2 * 3_600 },
  { name: "min", seconds: 60, from: 120 },
] as const;

/** In the unit that tells it in a few digits: `90 s`, `3 min`, `5 h`, `12 d`. */
export function duration(seconds: number): string {
  const unit = UNITS.find(({ from }) => seconds >= from) ?? { name: "s", seconds: 1 };
  return `${Math.floor(seconds / unit.seconds)} ${unit.name}`;
}

/** @param from @param to RFC 3339. A cluster's clock may be ahead of ours. */
export const secondsFrom = (from: string, to: string): number => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

/** `2026-11-23 09:05:40 UTC` */
export const clock = (time: string): string => `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;

export const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? "" : "s"}`;

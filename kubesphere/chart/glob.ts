/**
 * The glob of Go's `filepath.Match`, which Helm uses: `*` and `?` stop at "/", `[a-z]` and `[^a-z]` do not, `\` escapes.
 * A regular expression would find matches by backtracking that Go does not find, since Go keeps the first fit of each `*`.
 */

type Matches = (character: string) => boolean;

/**
 * @returns whether the pattern matches a whole text
 * @throws SyntaxError if Go returns ErrBadPattern
 */
export function parseGlob(pattern: string): (text: string) => boolean {
  const chunks = parseChunks([...pattern]);
  return (text) => matchChunks(chunks, [...text]);
}

/** The parts between the stars of a pattern. */
function parseChunks(pattern: readonly string[]): Matches[][] {
  const chunks: Matches[][] = [[]];
  let at = 0;
  const character = (): string => {
    if (pattern[at] === "\\") at++;
    const found = pattern[at++];
    if (found === undefined) throw new SyntaxError("an open [ or a last \\");
    return found;
  };
  const inRange = (): string => {
    if (pattern[at] === "-" || pattern[at] === "]") throw new SyntaxError("a range without its end");
    return character();
  };
  const ranges = (): Matches => {
    const negated = pattern[at] === "^";
    if (negated) at++;
    const found: [low: string, high: string][] = [];
    while (pattern[at] !== "]" || found.length === 0) {
      const low = inRange();
      const isRange = pattern[at] === "-";
      if (isRange) at++;
      found.push([low, isRange ? inRange() : low]);
    }
    at++;
    return (tried) => found.some(([low, high]) => code(low) <= code(tried) && code(tried) <= code(high)) !== negated;
  };
  while (at < pattern.length) {
    const next = pattern[at];
    const chunk = chunks[chunks.length - 1] ?? [];
    if (next === "*") {
      at++;
      chunks.push([]);
    } else if (next === "?") {
      at++;
      chunk.push((tried) => tried !== "/");
    } else if (next === "[") {
      at++;
      chunk.push(ranges());
    } else {
      const literal = character();
      chunk.push((tried) => tried === literal);
    }
  }
  return chunks;
}

const code = (character: string) => character.codePointAt(0) ?? 0;

function matchChunks([first = [], ...rest]: readonly Matches[][], text: readonly string[]): boolean {
  if (!fits(first, text, 0)) return false;
  let at = first.length;
  for (const [index, chunk] of rest.entries()) {
    const isLast = index === rest.length - 1;
    // The last part must reach the end of the text, so only one position is possible.
    const end = text.length - chunk.length;
    let place = at;
    while (place <= end && !(fits(chunk, text, place) && (!isLast || place === end))) {
      if (text[place] === "/") return false;
      place++;
    }
    if (place > end) return false;
    at = place + chunk.length;
  }
  return at === text.length;
}

const fits = (chunk: readonly Matches[], text: readonly string[], at: number) =>
  chunk.every((matches, index) => {
    const tried = text[at + index];
    return tried !== undefined && matches(tried);
  });

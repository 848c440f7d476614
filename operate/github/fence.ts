/** Fences of code as GitHub's Markdown has them (https://github.github.com/gfm/#fenced-code-blocks). */

const OPENING = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** @returns the fence that a text leaves open, by which it is closed; undefined when there is none */
export function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (open === undefined) open = OPENING.exec(line)?.[1];
    // A closing one is of the same character, at least as long, and has nothing behind it.
    else if (CLOSING.exec(line)?.[1]?.startsWith(open) === true) open = undefined;
  }
  return open;
}

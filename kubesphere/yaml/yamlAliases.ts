/** A few aliases of aliases are a text of gigabytes to whoever walks through it: refused as go-yaml v2.4 refuses it (decode.go), and where that counts texts too low. */

/** With as many values, up to this part of them may come from aliases. */
const SMALL = 400_000;
const LARGE = 4_000_000;
const allowedPart = (values: number): number =>
  values <= SMALL ? 0.99 : values >= LARGE ? 0.1 : 0.99 - (0.89 * (values - SMALL)) / (LARGE - SMALL);

/** Characters that aliases may stand for, beside those of the text itself: no cluster takes an object of a tenth of it. */
const MOST_CHARACTERS = 16_000_000;

/** Keys that may be merged into maps (`<<`), in all: each is a value of its own. */
export const MOST_MERGED = SMALL;

export const TOO_MANY = "its aliases stand for too many values";

interface Size {
  /** Itself and all that is in it. */
  readonly values: number;
  readonly characters: number;
  readonly depth: number;
}

/** Of all documents of a text. */
export class AliasCount {
  private readonly sizes = new Map<object, Size | undefined>();
  private readonly mostCharacters: number;
  private own = 0;
  private values = 0;
  private characters = 0;

  /**
   * @param length of the text
   * @param maxDepth that lists and maps may have
   */
  constructor(
    length: number,
    private readonly maxDepth: number,
  ) {
    this.mostCharacters = MOST_CHARACTERS + length;
  }

  /** @param document as constructed: what an alias stands for is one object in several places */
  mistakeOf(document: unknown): string | undefined {
    const size = this.sizeOf(document);
    if (size === undefined) return "an anchor's value contains itself";
    if (size.depth > this.maxDepth) return "nested too deeply";
    this.values += size.values;
    this.characters += size.characters;
    const fromAliases = this.values - this.own;
    const isTooMuch = fromAliases > 100 && this.values > 1000 && fromAliases / this.values > allowedPart(this.values);
    return isTooMuch || this.characters > this.mostCharacters ? TOO_MANY : undefined;
  }

  /** Counts each object once, however often it is met. @returns undefined for one within itself */
  private sizeOf(value: unknown): Size | undefined {
    if (typeof value !== "object" || value === null)
      return { values: 1, characters: typeof value === "string" ? value.length : 0, depth: 0 };
    if (this.sizes.has(value)) return this.sizes.get(value);
    this.sizes.set(value, undefined);
    this.own++;
    let [values, characters, depth] = [1, 0, 0];
    for (const [key, child] of Object.entries(value)) {
      const size = this.sizeOf(child);
      if (size === undefined) return undefined;
      if (size.depth === 0) this.own++;
      values += size.values;
      characters += size.characters + (Array.isArray(value) ? 0 : key.length);
      depth = Math.max(depth, size.depth);
    }
    const size = { values, characters, depth: depth + 1 };
    this.sizes.set(value, size);
    return size;
  }
}

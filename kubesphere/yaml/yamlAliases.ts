/** Refuses aliases that expand to gigabytes: as go-yaml v2.4 does (decode.go), and also where go-yaml underestimates texts. */

/** With so many values, up to this part of them may come from aliases. */
const SMALL = 400_000;
const LARGE = 4_000_000;
const allowedPart = (values: number): number =>
  values <= SMALL ? 0.99 : values >= LARGE ? 0.1 : 0.99 - (0.89 * (values - SMALL)) / (LARGE - SMALL);

/** The number of characters that aliases may add to the text: no cluster accepts an object of a tenth of it. */
const MOST_CHARACTERS = 16_000_000;

/** The total number of keys that may be merged into maps (`<<`): each is a separate value. */
export const MOST_MERGED = SMALL;

export const TOO_MANY = "its aliases stand for too many values";

interface Size {
  /** The value itself and everything in it. */
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

  /** @param document the constructed value, in which the target of an alias is the same object at several places */
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

  /** Counts each object once, even if it occurs several times. @returns undefined for an object that contains itself */
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

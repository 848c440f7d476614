/** A few aliases of aliases are a text of gigabytes to whoever walks through it: refused as go-yaml v2.4 refuses it (decode.go). */

/** With as many values, up to this part of them may come from aliases. */
const SMALL = 400_000;
const LARGE = 4_000_000;
const allowedPart = (values: number): number =>
  values <= SMALL ? 0.99 : values >= LARGE ? 0.1 : 0.99 - (0.89 * (values - SMALL)) / (LARGE - SMALL);

/** @param documents as constructed: what an alias stands for is one object in several places */
export function aliasMistake(documents: readonly unknown[]): string | undefined {
  // Of each object, how many values are in it; counted once, however often it is met.
  const sizes = new Map<object, number>();
  let own = 0;
  const sizeOf = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    let size = 1;
    for (const child of Object.values(value)) {
      if (typeof child !== "object" || child === null) own++;
      size += sizeOf(child);
    }
    own++;
    sizes.set(value, size);
    return size;
  };
  const all = documents.reduce<number>((sum, document) => sum + sizeOf(document), 0);
  const fromAliases = all - own;
  return fromAliases > 100 && all > 1000 && fromAliases / all > allowedPart(all) ? "its aliases stand for too many values" : undefined;
}

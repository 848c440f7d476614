import fc from "fast-check";

/** The surrogates, U+D800 to U+DFFF, are no characters. */
const [FIRST, COUNT] = [0xd800, 0x800];

/** Any character, as fast-check's `unit: "binary"`, whose tables of all million of them take longer to make than most tests run. */
export const character = fc.integer({ min: 0, max: 0x10ffff - COUNT }).map(
  (index) => String.fromCodePoint(index < FIRST ? index : index + COUNT),
  (text) => {
    const code = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (code === undefined || text !== String.fromCodePoint(code) || (code >= FIRST && code < FIRST + COUNT))
      throw new Error("no character");
    return code < FIRST ? code : code - COUNT;
  },
);

/** Values that become known only during a run. */

/** The engine's placeholders for them in its JSON, by type. */
const UNKNOWN = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];
const ANY_UNKNOWN = new RegExp(UNKNOWN.join("|"), "g");

export const isUnknown = (value: string): boolean => UNKNOWN.includes(value);

/** Whether a text contains such a value. */
export const holdsUnknown = (text: string): boolean => UNKNOWN.some((mark) => text.includes(mark));

/** Replaces every such value in a text by words. */
export const knownLater = (text: string): string => text.replace(ANY_UNKNOWN, "(known after apply)");

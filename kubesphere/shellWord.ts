/** Unchanged if it is one word for a POSIX shell, else in quotes: commands that we print may contain untrusted text. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

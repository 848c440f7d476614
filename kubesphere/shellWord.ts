/** As it is where a POSIX shell takes it as one word, else in quotes: what is printed to be typed may be a stranger's. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

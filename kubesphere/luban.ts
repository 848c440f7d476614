/**
 * How the program's own commands are typed, in all that it prints: `${LUBAN} adopt --stack prod`. In a clone npx finds `luban` among the installed
 * packages; a program that uses the components has none, so its package says `luban` alone (build.mjs, docs/library.md).
 */
export const LUBAN = "npx luban";

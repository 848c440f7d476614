// README's picture: what commands print, as an SVG. In the shell of a sandbox in which something is yet to be deployed:
// node docs/picture.mjs "npx luban preview" "npx luban status" > docs/terminal.svg
import { spawnSync } from "node:child_process";

/** Pixels: of a line, of a character of the font, round the text. */
const [LINE, CHARACTER, MARGIN] = [19, 8.4, 20];
const COLOURS = { command: "#ffffff", text: "#c9d1d9", add: "#7ee787", change: "#e3b341", quiet: "#8b949e" };

/** @returns the colour of a line, by how the commands begin it */
function colourOf(line) {
  if (line.startsWith("$ ")) return COLOURS.command;
  if (/^\s*\+ /.test(line)) return COLOURS.add;
  if (/^\s*[~!] /.test(line)) return COLOURS.change;
  return /^ {2}\w+ {2,}/.test(line) ? COLOURS.quiet : COLOURS.text;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const printed = process.argv.slice(2).flatMap((command) => {
  const { stdout, status, error } = spawnSync("bash", ["-c", command], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  // Both commands have exit codes of their own for what there is to do.
  if (error || status === null || stdout === "")
    throw new Error(`${command}: ${error?.message ?? `nothing was printed (exit code ${status})`}`);
  return [`$ ${command}`, ...stdout.trimEnd().split("\n"), ""];
});
const lines = printed.slice(0, -1);
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER) + 2 * MARGIN;
const height = lines.length * LINE + 2 * MARGIN;
const row = (line, index) =>
  line === ""
    ? []
    : [`<text x="${MARGIN}" y="${MARGIN + (index + 0.75) * LINE}" fill="${colourOf(line)}" xml:space="preserve">${escaped(line)}</text>`];
process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">`,
    `<rect width="100%" height="100%" rx="8" fill="#161b22"/>`,
    ...lines.flatMap(row),
    "</svg>",
    "",
  ].join("\n"),
);

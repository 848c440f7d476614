/** A status as one page for browsers: nothing is loaded from anywhere, and nothing in it runs. */
import { createHash } from "crypto";
import { cellsOf, COLUMNS, fieldsOf, MEMBER_COLUMNS, memberCells, NONE } from "./fields";
import { Html, markup } from "../shared/text/html";
import { unreadLine, WORDS, words, type ExtensionStatus, type Health, type MemberStatus, type StackStatus } from "./status";
import { STYLE } from "./style";
import { PATTERNS, timeline } from "./timeline";
import { clock, count } from "./words";

const STYLE_HASH = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;
const POLICY = `default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src ${STYLE_HASH}`;

export function asPage(status: StackStatus): string {
  const { stack, time, health, unread, extensions, members } = status;
  const own = extensions.filter(({ ofStack }) => ofStack).length;
  const besides = extensions.length > own ? `, and ${extensions.length - own} not of the stack` : "";
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${stack}: ${words(status)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${PATTERNS}
<main>
<header>
<h1>${stack}</h1>
${badge(health, words(status))}
<p>${count(own, "extension")}${besides}; as of <time datetime="${time}">${clock(time)}</time></p>
${unread.map((it) => markup`<p>${unreadLine(it)}</p>\n`)}</header>
${members.length === 0 ? "" : clusters(members, time)}${extensions.length === 0 ? "" : overview(extensions, time)}
${extensions.map((it, index) => article(it, index, time))}
<footer>A bar is as wide as the logarithm of how long the state lasted. KubeSphere keeps the last ten states, Kubernetes an hour of events.</footer>
</main>
</body>
</html>
`.text;
}

const clusters = (members: readonly MemberStatus[], time: string): Html => markup`<table class="card" role="table">
<caption class="hidden">All members</caption>
<thead role="rowgroup"><tr role="row">${MEMBER_COLUMNS.map((it) => markup`<th scope="col" role="columnheader">${it}</th>`)}</tr></thead>
<tbody role="rowgroup">
${members.map((it) => memberRow(it, time))}</tbody>
</table>
${members.map(({ name, health, reasons }) =>
  reasons.length === 0
    ? ""
    : markup`<div class="card"><ul class="reasons ${health}">${reasons.map((reason) => markup`<li>${withCode(`${name}: ${reason}`)}</li>`)}</ul></div>\n`,
)}`;

function memberRow(member: MemberStatus, time: string): Html {
  const [name, , ...cells] = memberCells(member, time);
  return line(markup`${name}${mark(member)}`, member.health, MEMBER_COLUMNS, cells);
}

/** Roles are named, since the narrow page lays the table out as cards, and browsers then take it for no table. */
const overview = (extensions: readonly ExtensionStatus[], time: string): Html => markup`<table class="card" role="table">
<caption class="hidden">All extensions</caption>
<thead role="rowgroup"><tr role="row">${COLUMNS.map((it) => markup`<th scope="col" role="columnheader">${it}</th>`)}</tr></thead>
<tbody role="rowgroup">
${extensions.map((it, index) => row(it, index, time))}</tbody>
</table>`;

function row(extension: ExtensionStatus, index: number, time: string): Html {
  const [name, , ...cells] = cellsOf(extension, time);
  return line(markup`<a href="#e${index}">${name}</a>${mark(extension)}`, extension.health, COLUMNS, cells);
}

/** @param cells those after name and health */
function line(head: Html, health: Health, columns: readonly string[], cells: readonly string[]): Html {
  const others = cells.map(
    (cell, column) => markup`<td role="cell" data-label="${columns[column + 2]}" class="${cell === NONE ? "none" : ""}">${cell}</td>`,
  );
  return markup`<tr role="row"><th scope="row" role="rowheader">${head}</th><td class="health" role="cell">${badge(health)}</td>${others}</tr>\n`;
}

const mark = ({ ofStack }: Pick<ExtensionStatus, "ofStack">) => (ofStack ? undefined : markup` <small>not of the stack</small>`);

function article(extension: ExtensionStatus, index: number, time: string): Html {
  const { name, health, reasons, states } = extension;
  const fields = fieldsOf(extension, time).map(
    ({ label, texts }) => markup`<dt>${label}</dt><dd>${texts.map((text) => markup`<p>${text}</p>`)}</dd>`,
  );
  return markup`<article class="card" id="e${index}">
<h2>${name} ${badge(health)}${mark(extension)}</h2>
${reasons.length === 0 ? "" : markup`<ul class="reasons ${health}">${reasons.map((reason) => markup`<li>${withCode(reason)}</li>`)}</ul>`}
${states.length === 0 ? "" : timeline(name, states, time)}
${fields.length === 0 ? "" : markup`<dl>${fields}</dl>`}
</article>
`;
}

/** What stands in backticks is to be typed. */
const withCode = (text: string) => text.split("`").map((part, index) => (index % 2 === 0 ? part : markup`<code>${part}</code>`));

/** So that more than a colour says how healthy it is. */
const ICONS: Readonly<Record<Health, string>> = {
  asWanted: "M3 8.5l3.5 3.5L13 4.5",
  rollingOut: "M13.5 8A5.5 5.5 0 1 1 8 2.5M8 5v3l2 1.5",
  differs: "M3 6h10M3 10h10M11 2.5l-6 11",
  failed: "M4 4l8 8M12 4l-8 8",
};

const badge = (health: Health, text = WORDS[health]): Html =>
  markup`<span class="badge ${health}"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[health]}"/></svg>${text}</span>`;

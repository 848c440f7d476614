/** A status for a terminal: a line for each extension, then what there is to each. */
import { cellsOf, COLUMNS, fieldsOf, history, MEMBER_COLUMNS, memberCells } from "./fields";
import { unreadLine, WORDS, words, type ExtensionStatus, type MemberStatus, type StackStatus } from "./status";
import { paragraph, table } from "./table";
import { clock, count } from "./words";
import { oneLine } from "../shared/text/terminal";

export function asText(status: StackStatus): string {
  const { stack, time, unread, extensions, members } = status;
  const own = extensions.filter(({ ofStack }) => ofStack).length;
  const first = `${stack}: ${words(status)} (${count(own, "extension")}; ${clock(time)})`;
  const head = [
    [first, ...unread.map((it) => `? ${oneLine(unreadLine(it))}`)].join("\n"),
    ...(members.length === 0 ? [] : [clusters(members, time).join("\n")]),
  ].join("\n\n");
  if (extensions.length === 0) return head;
  const rows = extensions.map((it) => {
    const [name, ...rest] = cellsOf(it, time);
    return [`${name}${it.ofStack ? "" : " *"}`, ...rest].map(oneLine);
  });
  const overview = [...table([COLUMNS.map((it) => it.toUpperCase()), ...rows]), ...(own < extensions.length ? ["* not of the stack"] : [])];
  return [head, overview.join("\n"), ...extensions.map((it) => details(it, time).join("\n"))].join("\n\n");
}

/** A line for each, and why one is not as wanted. */
function clusters(members: readonly MemberStatus[], time: string): readonly string[] {
  const rows = members.map((it) => {
    const [name, ...rest] = memberCells(it, time);
    return [`${name}${it.ofStack ? "" : " *"}`, ...rest].map(oneLine);
  });
  return [
    ...table([MEMBER_COLUMNS.map((it) => it.toUpperCase()), ...rows]),
    ...(members.every(({ ofStack }) => ofStack) ? [] : ["* not of the stack"]),
    ...members.flatMap(({ name, reasons }) => reasons.flatMap((reason) => paragraph("  ! ", oneLine(`${name}: ${reason}`)))),
  ];
}

function details(extension: ExtensionStatus, time: string): readonly string[] {
  const { name, health, reasons, states } = extension;
  const past = states.length === 0 ? [] : [{ label: "states", texts: [history(states, time)] }];
  return [
    `${oneLine(name)}: ${WORDS[health]}`,
    ...reasons.flatMap((reason) => paragraph("  ! ", reason)),
    ...[...past, ...fieldsOf(extension, time)].flatMap(({ label, texts }) =>
      texts.flatMap((text, index) => paragraph((index === 0 ? `  ${label}` : "").padEnd(13), text)),
    ),
  ];
}

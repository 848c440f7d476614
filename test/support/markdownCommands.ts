/** The commands that a page of documentation tells people to type. */

export interface CommandBlock {
  /** Of the block's first line, from 1. */
  readonly line: number;
  /** As a shell takes them, without the prompt; a command that is continued on further lines is one. */
  readonly commands: readonly string[];
  /** Why no test runs it, where one says so: `<!-- not run: reason -->` on the line before, or the one before that. */
  readonly notRun?: string;
}

const BLOCK = /(?:^<!-- not run: (?<reason>.+) -->\n+)?^```console\n(?<body>[^]*?)^```$/gm;

/** @throws Error for a line of a block that is neither a command nor follows one, so that none is passed over */
export function commandBlocks(page: string): CommandBlock[] {
  return [...page.matchAll(BLOCK)].map((match) => {
    const { reason, body = "" } = match.groups as { reason?: string; body?: string };
    const line = page.slice(0, match.index).split("\n").length;
    const commands: string[] = [];
    let isContinued = false;
    for (const text of body.trimEnd().split("\n")) {
      if (isContinued) commands.push(`${commands.pop() ?? ""}\n${text}`);
      else if (text.startsWith("$ ")) commands.push(text.slice(2));
      else if (commands.length === 0) throw new Error(`line ${line}: a console block begins with a command: ${text}`);
      isContinued = text.endsWith("\\");
    }
    return { line, commands, ...(reason !== undefined && { notRun: reason }) };
  });
}

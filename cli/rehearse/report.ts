/** What a rehearsal has shown, for people, for a pull request and for machines. */
import { LUBAN } from "../../kubesphere/luban";
import { asMarkdown } from "../preview/markdown";
import type { Report } from "../preview/model";
import { asText } from "../preview/text";
import type { Outage, Probed, Target } from "./prober";
import type { Revision } from "./worktree";
import { code, escaped, fenced, table } from "../shared/text/markdown";
import { oneLine } from "../shared/text/terminal";

export interface Problem {
  /** One line. */
  readonly line: string;
  /** What the engine said of it. */
  readonly detail?: string;
}

export interface Step {
  readonly what: string;
  readonly ms: number;
  /** Empty when it went as it should. */
  readonly problems: readonly Problem[];
}

/** One way between the revisions, and how the URLs that both have did meanwhile. */
export interface Roll {
  readonly what: string;
  readonly probed: readonly Probed[];
}

export interface Rehearsal {
  readonly base: Revision;
  readonly tree: { readonly commit: string; /** Whether there is more than the commit. */ readonly isChanged: boolean };
  readonly steps: readonly Step[];
  /** Of the working tree's preview on the base; undefined when it failed. */
  readonly changes: Report | undefined;
  readonly rolls: readonly Roll[];
  /** URLs that only the working tree has, and those that only the base has. */
  readonly added: readonly Target[];
  readonly removed: readonly Target[];
}

export const problemsOf = ({ steps }: Pick<Rehearsal, "steps">): readonly Problem[] => steps.flatMap(({ problems }) => problems);

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const lasted = ({ fromMs, lastedMs, isOver }: Outage) =>
  isOver ? `for ${seconds(lastedMs)}, from ${seconds(fromMs)} on` : `from ${seconds(fromMs)} on, and not again within ${seconds(lastedMs)}`;

/** The longest outage of each URL. @param when "while it was applied" */
export const outageProblems = (when: string, probed: readonly Probed[]): readonly Problem[] =>
  probed.flatMap(({ what, url, outages }) => {
    const longest = worst(outages);
    return longest ? [{ line: `${what} ${url} did not answer ${when}: ${longest.reason} ${lasted(longest)}` }] : [];
  });

/** One that never ended is the worst; of the others the longest. */
const worst = (outages: readonly Outage[]): Outage | undefined =>
  [...outages].sort((a, b) => Number(a.isOver) - Number(b.isOver) || b.lastedMs - a.lastedMs)[0];

/** Of the 65,536 characters that a comment on GitHub holds; the rest tells what failed, and the URLs. */
const PREVIEW_LIMIT = 45_000;

/** The verdict, and whatever makes it bad, come first. */
export function markdown(rehearsal: Rehearsal): string {
  const problems = problemsOf(rehearsal);
  const blocks = [
    `## ${escaped(verdict(rehearsal))}`,
    ...problems.map(({ line, detail }) => `- **${escaped(line)}**${detail === undefined ? "" : `\n\n${fenced(detail, "text")}`}`),
    `${escaped(about(rehearsal))}.`,
    table(
      ["step", "", "time"],
      rehearsal.steps.map(({ what, ms, problems }) => [escaped(what), problems.length > 0 ? "✗" : "✓", seconds(ms)]),
    ),
    ...(rehearsal.changes ? [asMarkdown(rehearsal.changes, PREVIEW_LIMIT, `${LUBAN} rehearse --base ${rehearsal.base.name}`)] : []),
    ...urlBlocks(rehearsal),
  ];
  return blocks.join("\n\n");
}

/** The same in short. */
export function text(rehearsal: Rehearsal): string {
  const { steps, changes, rolls } = rehearsal;
  const lines = [
    ...problemsOf(rehearsal).flatMap(({ line, detail = "" }) => [`✗ ${oneLine(line)}`, ...indented(detail)]),
    ...steps.filter(({ problems }) => problems.length === 0).map(({ what, ms }) => `✓ ${oneLine(what)}  ${seconds(ms)}`),
    ...(changes ? asText(changes).split("\n") : []),
    ...rolls.flatMap(({ what, probed }) => [
      `URLs ${oneLine(what)}:`,
      ...probed.map((it) => `  ${oneLine(`${it.what} ${it.url}: ${outcome(it)}`)}`),
    ]),
  ];
  return [`${verdict(rehearsal)} (${oneLine(about(rehearsal))})`, ...lines].join("\n");
}

function verdict(rehearsal: Rehearsal): string {
  const [first, ...others] = problemsOf(rehearsal);
  if (!first) return "Rehearsal: good";
  return `Rehearsal failed: ${others.length === 0 ? "one problem" : `${others.length + 1} problems`}`;
}

const about = ({ base, tree, steps }: Rehearsal) => {
  const took = steps.reduce((sum, { ms }) => sum + ms, 0);
  const what = `${tree.commit.slice(0, 10)}${tree.isChanged ? " with uncommitted changes" : ""}`;
  const from = base.commit.startsWith(base.name) ? base.commit.slice(0, 10) : `${base.name} (${base.commit.slice(0, 10)})`;
  return `${from} → ${what}, in a sandbox, ${seconds(took)}`;
};

function urlBlocks({ rolls, added, removed }: Rehearsal): string[] {
  const only = (targets: readonly Target[], whose: string) =>
    targets.length === 0 ? [] : [`Only ${whose} has ${targets.map(({ what, url }) => `${escaped(what)} ${code(url)}`).join(", ")}.`];
  const [first] = rolls;
  if (!first) return [];
  const rows = first.probed.map(({ what, url }) => [
    `${escaped(what)} ${code(url)}`,
    ...rolls.map(({ probed }) => {
      const same = probed.find((it) => it.url === url);
      return same ? escaped(outcome(same)) : "";
    }),
  ]);
  const head = ["URL", ...rolls.map(({ what }) => escaped(what))];
  return [`### URLs`, table(head, rows), ...only(added, "the working tree"), ...only(removed, "the base")];
}

function outcome({ asked, outages }: Probed): string {
  const longest = worst(outages);
  if (!longest) return `answered all ${asked} times`;
  const more = outages.length === 1 ? "" : ` (the longest of ${outages.length})`;
  return `no answer ${lasted(longest)}${more}: ${longest.reason}`;
}

const indented = (said: string) => (said === "" ? [] : said.split("\n").map((line) => `    ${line}`));

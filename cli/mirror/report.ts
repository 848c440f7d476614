/** A mirror, told to people, and how the stack is told to use it. */
import { join } from "path";
import { shellWord } from "../../kubesphere/shellWord";
import { KS_CORE_RELEASE } from "../../kubesphere/api";
import type { StatedIngress } from "../shared/statedIngress";
import { chartFile } from "./charts";
import type { Copied } from "./copy";
import type { Needs } from "./list";
import type { Problem } from "./problem";
import { referenceText } from "./reference";
import { oneLine } from "../shared/text/terminal";
import { maskUrls } from "../shared/urls";

/** Each line with all digests whole: they are there to be compared. What cannot be had has none. */
export function listed({ charts, images, plugins, packages }: Needs, problems: readonly Problem[]): string[] {
  const known: readonly string[][] = [
    ...charts.map(({ name, version, digest, from }) => ["chart", `${name} ${version}`, digest, from]),
    ...images.map(({ reference, digest, neededBy }) => ["image", referenceText(reference), digest, `for ${neededBy.join(", ")}`]),
    ...plugins.map(({ name, version, digest, url }) => ["plugin", `${name} ${version}`, digest, maskUrls(url)]),
  ];
  const names = new Set(known.map(([, name]) => name));
  const missing = problems.flatMap(({ kind, name }) =>
    kind === undefined || name === undefined || names.has(name) ? [] : [[kind, name, "not known", "see below"]],
  );
  const npm = ["npm", `${packages.length} packages`, "each with its integrity", "package-lock.json"];
  const rows = [...[...known, ...missing].sort(byKind), npm].map((row) => row.map(oneLine));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const byKind = ([a = ""]: readonly string[], [b = ""]: readonly string[]) => (a === b ? 0 : a < b ? -1 : 1);

/** What is wrong, then what may be done, once for all that have it in common. */
export const told = (problems: readonly Problem[]): string[] => {
  const mends = new Set(problems.flatMap(({ mend }) => mend ?? []));
  const lines = [...problems.map(({ text }) => `✗ ${oneLine(text)}`), ...[...mends].map((mend) => `  → ${oneLine(mend)}`)];
  return lines.length === 0 ? [] : [lines.join("\n")];
};

export const counted = (copied: readonly Copied[], where: string): string => {
  const fresh = copied.filter(({ state }) => state === "copied");
  const lines = [
    `${where}: ${fresh.length} copied, ${copied.length - fresh.length} were there`,
    ...fresh.map(({ what }) => `  ${oneLine(what)}`),
  ];
  return lines.join("\n");
};

/** Of a stack's configuration. */
export interface ConfigChange {
  readonly key: string;
  /** Absent: the key goes. */
  readonly value?: string;
}

/** What makes the program take charts out of the folder. @param folder as the configuration is to name it */
export const chartChanges = ({ charts }: Needs, folder: string): ConfigChange[] =>
  charts.flatMap((chart) => [
    ...chart.keys.map((key) => ({ key, value: join(folder, chartFile(chart)) })),
    ...chart.obsolete.map((key) => ({ key })),
  ]);

/** The changes as commands. @param stack for `--stack` */
export const configLines = (changes: readonly ConfigChange[], stack: string | undefined): string[] =>
  changes.map(({ key, value }) => (value === undefined ? config("rm", stack, key) : `${config("set", stack, key)} ${shellWord(value)}`));

const KS_CORE = "kubesphere:ksCore.imageRegistry";
/** KubeSphere hands it on to extensions' charts. */
const OF_EXTENSIONS = "kubesphere:ksCore.imageRegistry";
/** Bitnami's and Harbor's charts have no setting in common. */
const OTHERS = ["harbor", "--image"];

/** What makes charts name the registry, where they do not do so already. */
export function registryChanges({ images }: Needs, stated: StatedIngress, registry: string): ConfigChange[] {
  const elsewhere = images.filter(({ reference }) => !`${reference.host}/${reference.path}`.startsWith(`${registry}/`));
  const releases = new Set(elsewhere.flatMap(({ neededBy }) => neededBy));
  const { key: ingress, controller } = stated;
  const isExtension = (release: string) => ![...OTHERS, KS_CORE_RELEASE, controller?.release].includes(release);
  const values = new Map<string, string>([
    ...(releases.has(KS_CORE_RELEASE) ? [[KS_CORE, registry] as const] : []),
    ...(controller && releases.has(controller.release)
      ? controller.images.map(({ path, holds }) => {
          const repository = elsewhere.find(({ neededBy }) => neededBy.includes(controller.release))?.reference.path ?? "";
          const value = { registry, repository, "registry/repository": `${registry}/${repository}` }[holds];
          return [`kubesphere:${ingress}.values.${path}`, value] as const;
        })
      : []),
    ...([...releases].some(isExtension) ? [[OF_EXTENSIONS, registry] as const] : []),
  ]);
  return [...values].map(([key, value]) => ({ key, value }));
}

const config = (verb: "set" | "rm", stack: string | undefined, key: string) =>
  `pulumi config ${verb} ${stack === undefined ? "" : `--stack ${stack} `}--path ${shellWord(key)}`;

/** `luban mirror`: all that a stack needs from elsewhere, listed and copied by digest. */
import { LUBAN } from "../../kubesphere/luban";
import { rm } from "fs/promises";
import { join, relative, resolve } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { command, Failure, usageError, type Outcome } from "../shared/command";
import { runCommand } from "../shared/main";
import { openStack, setConfig, stackConfig, succeeded, type Stack } from "../shared/pulumi";
import { copyToFolder, copyToRegistry, damageIn, pushFolder, type Copied } from "./copy";
import { findCrane } from "./crane";
import { maskUrls } from "../shared/urls";
import { contentsOf } from "./folder";
import { needsOf, type ListOptions, type Needs } from "./list";
import { Problems } from "./problem";
import { parseMappings, referenceText, withoutSlash } from "./reference";
import { statedIngress } from "../shared/statedIngress";
import { chartChanges, configLines, counted, listed, registryChanges, told, type ConfigChange } from "./report";

const HELP = `[--stack STACK] [--to DIR] [--registry REGISTRY] [--from REGISTRY=REGISTRY]… [--image IMAGE]… [--platform OS/ARCH]
       [--configure] [--json]
       ${LUBAN} mirror --folder DIR [--registry REGISTRY] [--json]

All that a stack needs from elsewhere, each with its digest: charts, the images that they make nodes pull, Pulumi's plugins, npm packages.
It asks no cluster: the program itself says which charts there are and with which values. Copies are verified; a second run copies only
what is missing or differs. What cannot be had is told, and the rest goes on.

  --stack STACK             (default: the selected one)
  --to DIR                  copy everything into this folder
  --registry REGISTRY       copy the images into this registry, under the path that they have now
  --configure               have the stack use the copies: writes its configuration, once all is copied (default: the commands are printed)
  --from REGISTRY=REGISTRY  ask for the images of the one at the other; a path may follow each. The longest one that fits counts
  --image IMAGE             one more image, which no manifest names
  --platform OS/ARCH        such as linux/amd64: of images (default: all that there are), plugins and npm packages (default: this machine's)
  --folder DIR              verify what --to has copied, and put its images into --registry: needs neither stack nor network
  --json                    for machines

crane, which copies images, comes from PATH, or is got once. Exit codes: 0 all of it, 1 not all of it, 2 a wrong command line.`;

const OPTIONS = {
  stack: { type: "string" },
  to: { type: "string" },
  registry: { type: "string" },
  configure: { type: "boolean" },
  from: { type: "string", multiple: true },
  image: { type: "string", multiple: true },
  platform: { type: "string" },
  folder: { type: "string" },
} as const;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: OPTIONS,
    words: [0, 0],
    async run({ values, cache, progress }) {
      const now = (text: string) => progress.now(text);
      const registry = registryIn(values.registry);
      if (values.folder !== undefined) {
        const others = (["stack", "to", "configure", "from", "image", "platform"] as const).filter((name) => values[name] !== undefined);
        if (others.length > 0) throw usageError(`--${others[0] ?? ""} says nothing beside --folder`);
        return fromFolder(resolve(values.folder), registry, { checkout, cache, now });
      }
      const platform = values.platform ?? `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`;
      if (!/^(linux|darwin)\/(amd64|arm64)$/.test(platform))
        throw usageError(`--platform ${platform}: use linux or darwin, and amd64 or arm64`);
      if (values.configure && values.to === undefined && registry === undefined)
        throw usageError("--configure: there is nothing to be used without --to or --registry");
      const mappings = parseMappings(values.from ?? []);
      const folder = values.to === undefined ? undefined : resolve(values.to);
      const kept = folder === undefined ? undefined : { folder, contents: await contentsOf(folder) };
      now("reading the configuration");
      const stack = openStack(values.stack, checkout);
      const config = await stackConfig(stack);
      const problems = new Problems();
      const work = await temporaryFolder("mirror");
      try {
        const options: ListOptions = {
          ...{ checkout, cache, work, platform, mappings, kept, now, imagePlatform: values.platform, further: values.image ?? [] },
          crane: once(() => findCrane(checkout, cache)),
          problems,
        };
        const needs = await needsOf(config, options);
        const copies = await copied(needs, { folder, registry }, options);
        const changesFor = (named: string | undefined) => [
          ...(named === undefined ? [] : chartChanges(needs, named)),
          ...(registry === undefined ? [] : registryChanges(needs, statedIngress(config), registry)),
        ];
        const isWritten = values.configure === true && problems.sorted().length === 0;
        if (isWritten) await configure(stack, changesFor(folder && relative(checkout, folder)));
        const use = { isWritten, lines: configLines(changesFor(values.to), values.stack) };
        return outcome(values.stack ?? "the selected stack", needs, copies, use, problems);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  });

/** Such as what is got, built or asked for when the first one needs it. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function configure(stack: Stack, changes: readonly ConfigChange[]): Promise<void> {
  for (const { key, value } of changes)
    if (value === undefined) succeeded(`pulumi config rm ${key}`, await stack.run(["config", "rm", "--path", key]));
    else await setConfig(stack, key, value, false);
}

/** How the copies come to be used. */
interface Use {
  readonly isWritten: boolean;
  readonly lines: readonly string[];
}

interface Copies {
  readonly where: string;
  readonly copied: readonly Copied[];
}

async function copied(
  needs: Needs,
  { folder, registry }: { readonly folder: string | undefined; readonly registry: string | undefined },
  options: ListOptions,
): Promise<readonly Copies[]> {
  return [
    ...(folder === undefined ? [] : [{ where: folder, copied: (await copyToFolder(needs, folder, options)).copied }]),
    ...(registry === undefined ? [] : [{ where: registry, copied: await copyToRegistry(needs.images, registry, options) }]),
  ];
}

function outcome(stack: string, needs: Needs, copies: readonly Copies[], { isWritten, lines }: Use, found: Problems): Outcome {
  const { charts, images, plugins, packages } = needs;
  const problems = found.sorted();
  const text = [
    `${stack}: ${charts.length} charts, ${images.length} images, ${plugins.length} plugins, ${packages.length} npm packages`,
    listed(needs, problems).join("\n"),
    ...copies.map(({ where, copied }) => counted(copied, where)),
    ...(lines.length === 0
      ? []
      : [`${isWritten ? "The stack uses them now, as by" : "To use them"}:\n${lines.map((line) => `  ${line}`).join("\n")}`]),
    ...told(problems),
  ];
  return {
    text: text.join("\n\n"),
    json: {
      charts: charts.map(({ name, version, from, digest }) => ({ name, version, from, digest })),
      images: images.map(({ reference, ...rest }) => ({ image: referenceText(reference), ...rest })),
      plugins: plugins.map(({ name, version, url, digest }) => ({ name, version, url: maskUrls(url), digest })),
      npm: packages,
      copies,
      configuration: lines,
      configured: isWritten,
      problems,
    },
    exitCode: problems.length === 0 ? 0 : 1,
  };
}

async function fromFolder(
  folder: string,
  registry: string | undefined,
  { checkout, cache, now }: Pick<ListOptions, "checkout" | "cache" | "now">,
): Promise<Outcome> {
  const contents = await contentsOf(folder);
  const { charts, images, plugins, npm } = contents;
  if (charts.length + images.length + plugins.length === 0)
    throw new Failure(`${folder} has no mirror.json that names anything: fill it with --to`);
  now("verifying digests");
  const damaged = await damageIn(folder, contents);
  const found = new Problems();
  for (const path of damaged) found.add({ text: `${join(folder, path)} is damaged or gone`, mend: "copy it anew" });
  const whole = { ...contents, images: images.filter((it) => !damaged.includes(it.folder)) };
  const copies =
    registry === undefined
      ? []
      : [
          {
            where: registry,
            copied: await pushFolder(folder, whole, registry, { now, problems: found, crane: () => findCrane(checkout, cache) }),
          },
        ];
  const problems = found.sorted();
  const sum = `${folder}: ${charts.length} charts, ${images.length} images, ${plugins.length} plugins, ${npm?.packages.length ?? 0} npm packages; ${damaged.length} damaged`;
  return {
    text: [sum, ...copies.map(({ where, copied }) => counted(copied, where)), ...told(problems)].join("\n\n"),
    json: { contents, damaged, copies, problems },
    exitCode: problems.length === 0 ? 0 : 1,
  };
}

function registryIn(given: string | undefined): string | undefined {
  if (given !== undefined && (/^\w+:\/\//.test(given) || withoutSlash(given) === ""))
    throw usageError(`--registry ${given}: write it without https://, such as registry.example.com or registry.example.com/mirror`);
  return given === undefined ? undefined : withoutSlash(given);
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("mirror", commands(checkout), args, cache);

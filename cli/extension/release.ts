/** `release`: a folder that any web server makes a Helm repository, and KubeSphere a marketplace. */
import { join } from "path";
import { contentOf } from "../../kubesphere/chart/chartFiles";
import { readYaml } from "../../kubesphere/yaml/goYaml";
import { ConfigurationError } from "../../kubesphere/errors";
import { packagePieces, packExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { command, Failure, usageError } from "../shared/command";
import { existing, existingDigest, writeWhole } from "../shared/files";
import { plainRendering } from "../shared/rendering";
import { archiveName } from "./package";
import { EMPTY_INDEX, indexText, parseIndex, withRelease, type Release } from "./repositoryIndex";

export const releaseCommand = command({
  help: `release SOURCE… --to DIR [--url BASE]
  Adds the packages to a Helm repository in a folder: the archives, then index.yaml. Earlier releases stay as they are, and one
  that is there already with other contents is refused. The same releases give the same bytes.

  --to DIR    the repository's folder
  --url BASE  where it will be served (default: relative to index.yaml, which Helm and KubeSphere understand)

  $SOURCE_DATE_EPOCH is taken as the time of what is released for the first time; without it, now.`,
  options: { to: { type: "string" }, url: { type: "string" } },
  words: [1, Infinity],
  async run({ words, values: { to, url }, cache, progress }) {
    if (to === undefined) throw usageError("release needs --to DIR");
    if (url !== undefined && !URL.canParse(url))
      throw usageError(`--url ${url}: use the address of the repository, such as https://charts.example.com`);
    const file = join(to, "index.yaml");
    const before = await existing(file);
    const now = releaseTime();
    let index = before === undefined ? EMPTY_INDEX : parseIndex(file, before.toString());
    const archives = new Map<string, ExtensionPackage>();
    const rendering = await plainRendering(cache);
    for (const source of words) {
      progress.now(`packing ${source}`);
      const pkg = await packExtension(source, rendering);
      index = withRelease(index, await releaseOf(pkg, url), now);
      const archive = join(to, archiveName(pkg));
      if (![undefined, pkg.digest].includes(await existingDigest(archive))) throw otherArchive(archive);
      archives.set(archive, pkg);
    }
    // The index comes last: it names nothing that is not there.
    for (const [archive, pkg] of archives) if (!(await existingDigest(archive))) await writeWhole(archive, packagePieces(pkg));
    const text = indexText(index);
    const isSame = before?.toString() === text;
    if (!isSame) await writeWhole(file, text);
    const versions = Object.entries(parseIndex(file, text).entries).map(
      ([name, entries]) => `  ${name}: ${entries.map(({ version }) => version).join(", ")}`,
    );
    return {
      text: [...archives.keys(), `${file}${isSame ? " (unchanged)" : ""}`, ...versions].join("\n"),
      json: { index: file, changed: !isSame, archives: [...archives.keys()] },
    };
  },
});

const otherArchive = (file: string) =>
  new ConfigurationError({
    path: file,
    given: "another package of this name and version",
    allowed: "the package that is released, or none",
    mend: "A released version never changes: raise `version` in Chart.yaml. If it was never released, remove the file.",
  });

function releaseTime(): string {
  const epoch = process.env["SOURCE_DATE_EPOCH"];
  const time = new Date(epoch === undefined ? Date.now() : Number(epoch) * 1000);
  if (Number.isNaN(time.getTime())) throw new Failure(`SOURCE_DATE_EPOCH is "${epoch ?? ""}": it must be seconds since 1970`);
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

/** An index repeats each archive's Chart.yaml. */
async function releaseOf(pkg: ExtensionPackage, url: string | undefined): Promise<Release> {
  const chartYaml = pkg.contents.find(({ path }) => path === "Chart.yaml");
  const text = Buffer.from(chartYaml === undefined ? [] : await contentOf(chartYaml)).toString();
  return {
    chart: readYaml(text)[0] as Release["chart"],
    digest: pkg.digest.replace("sha256:", ""),
    url: url === undefined ? archiveName(pkg) : `${url.replace(/\/+$/, "")}/${archiveName(pkg)}`,
  };
}

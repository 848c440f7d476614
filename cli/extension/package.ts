/** `package`: the extension as one file, byte for byte the same for the same source. */
import { join } from "path";
import { configMapText, explainConfigMap } from "../../kubesphere/extension/configMapSize";
import { packagePieces, packExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { judgeRecord } from "../../kubesphere/chart/releaseRecord";
import { command, Failure } from "../shared/command";
import { fileNameOf } from "../shared/fileName";
import { existingDigest, writeWhole } from "../shared/files";
import { plainRendering } from "../shared/rendering";

export const packageCommand = command({
  help: `package SOURCE [--to DIR] [--force]
  Writes <name>-<version>.tgz, which KubeSphere, Helm and \`release\` take.

  --to DIR   where (default: the current folder)
  --force    also over another package of that name and version`,
  options: { to: { type: "string", default: "." }, force: { type: "boolean", default: false } },
  words: [1, 1],
  async run({ words: [source = ""], values: { to, force }, cache }) {
    const pkg = await packExtension(source, await plainRendering(cache));
    const file = join(to, archiveName(pkg));
    const before = await existingDigest(file);
    const isSame = before === pkg.digest;
    if (before !== undefined && !isSame && !force)
      throw new Failure(`${file} is another package of this name and version: raise \`version\` in Chart.yaml, or add --force`);
    if (!isSame) await writeWhole(file, packagePieces(pkg));
    const { name, version, digest, files, size } = pkg;
    const record = judgeRecord(pkg.learnt.record);
    const configMap = await explainConfigMap(pkg, "");
    const warnings = [
      ...pkg.learnt.notes,
      ...(record === undefined ? [] : [`${record.found}. ${record.mend}`]),
      ...(configMap === undefined ? [] : [configMapText(configMap)]),
    ];
    const rows = Object.entries(files).map(([path, hash]) => `  ${hash}  ${path}`);
    return {
      text: [`${file}${isSame ? " (is there already)" : ""}`, `${digest}, ${size} bytes`, ...rows, ...warnings.map((it) => `! ${it}`)].join(
        "\n",
      ),
      json: { file, name, version, digest, size, files, ...(warnings.length > 0 && { warnings }) },
    };
  },
});

export const archiveName = ({ name, version }: Pick<ExtensionPackage, "name" | "version">) => fileNameOf([name, version], ".tgz");

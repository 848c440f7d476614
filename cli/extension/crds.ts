/** `crds`: what Helm makes at a first install alone, to be applied by whoever decides to. */
import { LUBAN } from "../../kubesphere/luban";
import { crdsIn } from "../../kubesphere/chart/crdFolders";
import { fetchExtension, readExtension } from "../../kubesphere/extension/extensionPackage";
import { readYaml, YamlError } from "../../kubesphere/yaml/goYaml";
import { installable, type RenderedObject } from "../../kubesphere/chart/renderedObject";
import { command, Failure } from "../shared/command";
import { standardInput } from "../shared/standardInput";

export const crdsCommand = command({
  help: `crds SOURCE [NAME]…
  Prints the CRDs of the extension's folders crds/, of the charts within too: all, or those named, as a list in JSON. Helm makes them at a first install, and
  never changes or removes them. To apply them for all that use them, when the API server takes them:

    ${LUBAN} extension crds SOURCE | kubectl apply --server-side --force-conflicts -f -

  SOURCE may be the address of a packed extension, too. - stands for standard input: a manifest, such as \`helm get manifest\` prints, of which the CRDs
  are taken. That is for CRDs among templates: while one is gone that its release has objects of, Helm rolls out nothing of it.`,
  options: {},
  words: [1, Infinity],
  async run({ words: [source = "", ...names], progress }) {
    progress.now(`reading ${source === "-" ? "standard input" : source}`);
    const all = source === "-" ? await ofManifest() : await ofPackage(source);
    const having = all.map(({ metadata }) => metadata.name);
    const missing = names.filter((name) => !having.includes(name));
    if (missing.length > 0)
      throw new Failure(
        source === "-"
          ? `standard input has no CRD ${missing.join(", ")}; it has: ${having.join(", ") || "none"}`
          : `${source}: no crds/ of it has ${missing.join(", ")}; they have: ${having.join(", ") || "none"}`,
      );
    const wanted = names.length === 0 ? all : all.filter(({ metadata }) => names.includes(metadata.name));
    // In JSON a name such as `y` is what it is to every reader.
    const list = { apiVersion: "v1", kind: "List", items: wanted };
    return { text: JSON.stringify(list, undefined, 2), json: list, isData: true };
  },
});

async function ofPackage(source: string): Promise<readonly RenderedObject[]> {
  const { files } = await (/^https?:/.test(source) ? fetchExtension(source) : readExtension(source));
  return (await crdsIn(files)).map(({ crd }) => crd);
}

async function ofManifest(): Promise<readonly RenderedObject[]> {
  const text = await standardInput();
  try {
    return installable(readYaml(text)).filter(({ kind }) => kind === "CustomResourceDefinition");
  } catch (error) {
    if (error instanceof YamlError) throw new Failure(`standard input is no manifest: ${error.message}`);
    throw error;
  }
}

/** `crds`: what Helm makes at a first install alone, to be applied by whoever decides to. */
import { crdsIn } from "../../kubesphere/crdFolders";
import { fetchExtension, readExtension } from "../../kubesphere/extensionPackage";
import { command, Failure } from "../shared/command";

export const crdsCommand = command({
  help: `crds SOURCE [NAME]…
  Prints the CRDs of the extension's folders crds/, of the charts within too: all, or those named, as a list in JSON. Helm makes them at a first install, and
  never changes or removes them. To apply them for all that use them, when the API server takes them:

    npm run -s extension -- crds SOURCE | kubectl apply --server-side --force-conflicts -f -

  SOURCE may be the address of a packed extension, too.`,
  options: {},
  words: [1, Infinity],
  async run({ words: [source = "", ...names], progress }) {
    progress.now(`reading ${source}`);
    const draft = await (/^https?:/.test(source) ? fetchExtension(source) : readExtension(source));
    const all = (await crdsIn(draft.files)).map(({ crd }) => crd);
    const having = all.map(({ metadata }) => metadata.name);
    const missing = names.filter((name) => !having.includes(name));
    if (missing.length > 0)
      throw new Failure(`${source}: no crds/ of it has ${missing.join(", ")}; they have: ${having.join(", ") || "none"}`);
    const wanted = names.length === 0 ? all : all.filter(({ metadata }) => names.includes(metadata.name));
    // In JSON a name such as `y` is what it is to every reader.
    const list = { apiVersion: "v1", kind: "List", items: wanted };
    return { text: JSON.stringify(list, undefined, 2), json: list, isData: true };
  },
});

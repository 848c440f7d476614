import { createHash } from "crypto";
import { packExtension, packageExtension } from "../../../kubesphere/extension/extensionPackage";
import { SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { RENDERING } from "../../support/rendering";
import { checkConfigMapSize } from "../../../kubesphere/extension/configMapSize";

const folder = temporaryFolders();

describe("what KubeSphere would choke on later is refused before anything is declared", () => {
  const VERSION =
    "a semantic version in lower case without v or build metadata, as in 1.2.3 or 1.2.3-rc.1. Correct it there; it becomes the extension's version.";
  const NAME =
    'lower-case letters, digits and -, beginning with a letter, at most 32 characters, not "base". Namespaces, hosts and Jobs are named after it: give it another name in an extension.yaml beside Chart.yaml, `name: …`.';
  const chart = (name: string, version: string): Files => ({ "Chart.yaml": JSON.stringify({ name, version }) });
  test.each<[title: string, files: Files, message: string]>([
    ["a name with capitals", chart("Demo_Ext", "1.0.0"), `/Chart.yaml: name: "Demo_Ext" is not allowed; allowed: ${NAME}`],
    [
      "a name too long for a Job",
      chart("a".repeat(33), "1.0.0"),
      `/Chart.yaml: name: "${"a".repeat(33)}" is not allowed; allowed: ${NAME}`,
    ],
    ["a name that the package has already", chart("base", "1.0.0"), `/Chart.yaml: name: "base" is not allowed; allowed: ${NAME}`],
    ["a version that is none", chart("web", "1.x"), `/Chart.yaml: version: "1.x" is not allowed; allowed: ${VERSION}`],
    [
      "an unknown key",
      { "extension.yaml": "titel: a" },
      '/extension.yaml: "titel" is not allowed; allowed: the keys displayName, icon, provider, category, description, keywords, home, docs, sources, screenshots, kubeVersion, ksVersion, installationMode, namespace, annotations, externalDependencies, service, name, version. Correct it in that file.',
    ],
    [
      "a language that is none",
      { "extension.yaml": "displayName: {english: a}" },
      '/extension.yaml: displayName.english: "english" is not allowed; allowed: a language\'s ISO 639-1 code in lower case, as in en or zh. Correct it in that file.',
    ],
    [
      "a category that is none",
      { "extension.yaml": "category: toys" },
      '/extension.yaml: category: "toys" is not allowed; allowed: a category of the Marketplace: ai-machine-learning, computing, database, dev-tools, integration-delivery, networking, observability, security, storage, streaming-messaging. Correct it in that file.',
    ],
    [
      "a chart's own range that is none",
      { "Chart.yaml": "name: web\nversion: 1.0.0\nkubeVersion: new\n" },
      '/Chart.yaml: kubeVersion: "new" is not allowed; allowed: a range of versions, as in >=1.19.0-0. Correct it in that file.',
    ],
    [
      "an installation mode that is none",
      { "extension.yaml": "installationMode: Host" },
      '/extension.yaml: installationMode: "Host" is not allowed; allowed: HostOnly or Multicluster. Correct it in that file.',
    ],
    [
      "an empty title",
      { "extension.yaml": 'displayName: {en: ""}' },
      '/extension.yaml: displayName.en: "" is not allowed; allowed: text that is not empty. Correct it in that file.',
    ],
    [
      "an icon that is not there",
      { "extension.yaml": "icon: a.svg" },
      '/extension.yaml: icon: "a.svg" is not allowed; allowed: a file beside it, a data: URI or an http(s) URL. Put the file there, or see whether .helmignore leaves it out.',
    ],
    [
      "an icon of another kind",
      { "extension.yaml": "icon: a.ico", "a.ico": "" },
      '/a.ico: ".ico" is not allowed; allowed: .gif, .jpeg, .jpg, .png, .svg, .webp. Convert the icon.',
    ],
    [
      "an icon too large",
      { "extension.yaml": "icon: a.png", "a.png": Buffer.alloc(716801) },
      '/a.png: "716801 bytes" is not allowed; allowed: icons of at most 716800 bytes. Make the icon smaller.',
    ],
  ])("%s", async (_, files, message) => {
    const source = await folder({ ...SMALL_CHART, ...files });
    await expect(packageExtension(source, RENDERING)).rejects.toThrow(new Error(source + message));
  });

  describe("a package that no ConfigMap holds", () => {
    const noise = Buffer.concat(Array.from({ length: 33_000 }, (_, n) => createHash("sha256").update(String(n)).digest()));

    test("is refused with the ways out", async () => {
      await expect(packageExtension(await folder({ ...SMALL_CHART, noise }), RENDERING)).rejects.toThrow(
        /: "a package of \d+ bytes, most of the package charts\/web\/noise \(1\d{3} KiB\), [^"]+ and \d+ more" is not allowed; allowed: at most 1032192 bytes together, what a ConfigMap holds beside KubeSphere's own files\. Take out of the package what it does not need, or put the packed extension on a server and name its address as `chartURL`\.$/,
      );
    });

    test("is fine where KubeSphere fetches it, and as a file", async () => {
      const pkg = await packExtension(await folder({ ...SMALL_CHART, noise }), RENDERING);
      await expect(checkConfigMapSize({ ...pkg, chartURL: "oci://registry.example/web:1.2.3" }, "web")).resolves.toBeUndefined();
    });
  });
});

import { readFileSync } from "fs";
import { join } from "path";
import { packageExtension } from "../../../kubesphere/extension/extensionPackage";
import { EXTENSION, temporaryFolders, type Files } from "../../support/charts";
import { RENDERING } from "../../support/rendering";

/** Changes to a good extension.yaml, and what the publishing tool said; null where it said nothing. */
const recorded = JSON.parse(readFileSync(join(__dirname, "../../vectors/ksbuilder-refusals.json"), "utf8")) as {
  name: string;
  extensionYaml: string | null;
  refusal: string | null;
}[];

const folder = temporaryFolders();
const BESIDE: Files = { "static/favicon.svg": "<svg/>", "static/screenshots/screenshot.png": "png", "permissions.yaml": "" };

async function refusal(files: Files): Promise<string | undefined> {
  const source = await folder(files);
  return packageExtension(source, RENDERING).then(
    () => undefined,
    (error: Error) => error.message.replace(source, ""),
  );
}

const IN_FILE = "Correct it in that file.";
const LANGUAGE = `allowed: a language's ISO 639-1 code in lower case, as in en or zh. ${IN_FILE}`;
const NAME =
  'allowed: lower-case letters, digits and -, beginning with a letter, at most 32 characters, not "base". Namespaces, hosts and Jobs are named after it: give it another name in an extension.yaml beside Chart.yaml, `name: …`.';
const VERSION =
  "allowed: a semantic version in lower case without v or build metadata, as in 1.2.3 or 1.2.3-rc.1. Correct it there; it becomes the extension's version.";
const RANGE = `is not allowed; allowed: a range of versions, as in >=1.19.0-0 or ~4.1. ${IN_FILE}`;
const missing = (key: string, allowed: string) => `/extension.yaml: ${key}: is missing; allowed: ${allowed}. ${IN_FILE}`;

/** By the recording's name; undefined where there is nothing to refuse. */
const OURS: Readonly<Record<string, string | undefined>> = {
  "no-name": missing("name", "text"),
  "no-version": missing("version", "text"),
  "no-displayName": missing("displayName", "a map"),
  "no-category": missing("category", "text"),
  "no-provider": missing("provider", "a map"),
  "no-icon": missing("icon", "text"),
  "no-apiVersion": missing("apiVersion", "kubesphere.io/v1alpha1"),
  "name-and-version-missing": missing("name", "text"),
  "bad-language": `/extension.yaml: displayName.zz: "zz" is not allowed; ${LANGUAGE}`,
  "bad-provider-language": `/extension.yaml: provider.xx: "xx" is not allowed; ${LANGUAGE}`,
  "icon-missing-file":
    '/extension.yaml: icon: "./static/none.svg" is not allowed; allowed: a file beside it, a data: URI or an http(s) URL. Put the file there, or see whether .helmignore leaves it out.',
  "bad-version": `/extension.yaml: version: "1.x" is not allowed; ${VERSION}`,
  "name-uppercase": `/extension.yaml: name: "Demo_Ext" is not allowed; ${NAME}`,
  "bad-yaml":
    '/extension.yaml: "line 37: unexpected end of the stream within a flow collection" is not allowed; allowed: YAML, as Helm reads it. Correct that line.',
  // KubeSphere takes both: lint tells them.
  "unknown-category": undefined,
  "unknown-field": undefined,
  "extension-yaml-missing":
    "/Chart.yaml: is missing; allowed: a chart, which has a Chart.yaml at its root, or an extension, which has an extension.yaml with its name there. Name the folder that holds the one or the other; `npx luban extension new` makes one.",
  "version-number": "/extension.yaml: version: 1 is not allowed; allowed: text. Write it in quotes.",
  "images-listed": undefined,
  "kubeversion-bad": `/extension.yaml: kubeVersion: ">=x" ${RANGE}`,
};

test("every recording is held against", () => expect(Object.keys(OURS).sort()).toEqual(recorded.map(({ name }) => name).sort()));

describe("what the publishing tool refuses, and what it should have", () => {
  test.each(recorded)("$name", async ({ name, extensionYaml, refusal: theirs }) => {
    const ours = await refusal({ ...BESIDE, ...(extensionYaml !== null && { "extension.yaml": extensionYaml }) });
    expect(ours).toBe(OURS[name]);
    if (theirs !== null) expect(ours).toBeDefined();
  });
});

describe("what would go wrong in the cluster only", () => {
  const changed = (from: string, to: string): Files => ({
    ...EXTENSION,
    "extension.yaml": String(EXTENSION["extension.yaml"]).replace(from, to),
  });
  test.each<[title: string, files: Files, message: string]>([
    [
      "a title that is empty",
      changed("en: Shop,", 'en: "",'),
      `/extension.yaml: displayName.en: "" is not allowed; allowed: text that is not empty. ${IN_FILE}`,
    ],
    [
      "a title in no language",
      changed("{ en: Shop, zh: 商店 }", "{}"),
      `/extension.yaml: displayName: {} is not allowed; allowed: one language at least, as in en. ${IN_FILE}`,
    ],
    ["a language in capitals", changed("en: Shop,", "EN: Shop,"), `/extension.yaml: displayName.EN: "EN" is not allowed; ${LANGUAGE}`],
    [
      "an API version that is empty",
      changed("kubesphere.io/v1alpha1", '""'),
      `/extension.yaml: apiVersion: "" is not allowed; allowed: kubesphere.io/v1alpha1. ${IN_FILE}`,
    ],
    [
      "an installation mode that is none",
      changed("Multicluster", "Everywhere"),
      `/extension.yaml: installationMode: "Everywhere" is not allowed; allowed: HostOnly or Multicluster. ${IN_FILE}`,
    ],
    ["a KubeSphere version that is no range", changed('"~4.1"', "four"), `/extension.yaml: ksVersion: "four" ${RANGE}`],
    [
      "a dependency's version that is no range",
      changed('">=1.2"', "any"),
      `/extension.yaml: externalDependencies.0.version: "any" ${RANGE}`,
    ],
    [
      "a namespace that is none",
      changed("shop-system", "Shop_System"),
      `/extension.yaml: namespace: "Shop_System" is not allowed; allowed: a namespace: lower-case letters, digits and -, at most 63 characters. ${IN_FILE}`,
    ],
    [
      "a screenshot that is not there",
      changed("./static/shot.png", "./shot.png"),
      '/extension.yaml: screenshots: "./shot.png" is not allowed; allowed: a file beside it, a data: URI or an http(s) URL. Put the file there, or see whether .helmignore leaves it out.',
    ],
    [
      "an icon that is empty",
      { ...EXTENSION, "static/favicon.svg": "" },
      '/static/favicon.svg: "0 bytes" is not allowed; allowed: icons of at most 716800 bytes. The file is empty.',
    ],
    [
      "an icon that is no image",
      changed("./static/favicon.svg", "data:text/html,a"),
      ': icon: "data:text/html,a" is not allowed; allowed: data:image/…. Name a file or a URL instead.',
    ],
    [
      "a chart that is not there, which Helm misses when it installs",
      changed("name: web", "name: wep"),
      '/extension.yaml: dependencies: "wep" is not allowed; allowed: the charts in charts/: agent, web. Put the chart there, or take it out of the dependencies.',
    ],
    [
      "charts where there are none",
      { "extension.yaml": EXTENSION["extension.yaml"] ?? "", "static/favicon.svg": "<svg/>", "static/shot.png": "" },
      '/extension.yaml: dependencies: "web" is not allowed; allowed: none, as there are no charts in charts/. Put the chart there, or take it out of the dependencies.',
    ],
    [
      "rights to nothing",
      { ...EXTENSION, "permissions.yaml": "kind: Role\nrules: [{verbs: [get]}]\n" },
      '/permissions.yaml: rules.0: {"verbs":["get"]} is not allowed; allowed: apiGroups with resources, or nonResourceURLs. Correct it in that file.',
    ],
  ])("%s", async (_, files, message) => expect(await refusal(files)).toBe(message));
});

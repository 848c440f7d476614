/** Stand-ins for other people's actions, which are fetched from GitHub: each is a folder that act takes in an action's place. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "fs";
import { delimiter, join } from "path";
import { pathToFileURL } from "url";

const STAND_INS = join(__dirname, "standIns");

/** By the action's name, the module that does its work. */
const modules: Readonly<Record<string, string>> = {
  "actions/attest": "attest",
  "actions/cache": "nothing",
  "actions/checkout": "checkout",
  "actions/download-artifact": "artifact",
  "actions/github-script": "githubScript",
  "actions/setup-node": "setupNode",
  "actions/upload-artifact": "artifact",
};

/** Each in the versions that the workflows name. */
function usedActions(github: string): Set<string> {
  const files = readdirSync(github, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yml"));
  const texts = files.map((file) => readFileSync(join(github, file), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\buses: ([\w-]+\/[\w-]+@\w+)/g)].map(([, action = ""]) => action)));
}

/**
 * @param github the folder of the workflows and of the project's own actions
 * @param folder where the stand-ins are made
 * @returns arguments for act
 */
export function standIns(github: string, folder: string): string[] {
  return [...usedActions(github)].flatMap((action) => {
    const [name = ""] = action.split("@");
    const module = modules[name];
    if (module === undefined) throw new Error(`${action} has no stand-in: add one to ${STAND_INS}`);
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "action.yml"), ACTION.replace("NAME", `stand-in for ${name}`));
    writeFileSync(join(place, "main.mjs"), `await import(${JSON.stringify(pathToFileURL(join(STAND_INS, `${module}.mjs`)).href)});\n`);
    return ["--local-repository", `${action}=${place}`];
  });
}

const ACTION = `name: NAME
inputs:
  github-token:
    default: \${{ github.token }}
runs:
  using: node20
  main: main.mjs
`;

/**
 * What the stand-ins go by.
 * @param repository what a checkout clones
 * @param kept where artifacts and releases lie
 */
export const standInVariables = (checkout: string, repository: string, kept: string, { PATH = "" } = process.env) => ({
  CHECKOUT: checkout,
  KEPT: kept,
  PATH: [join(STAND_INS, "bin"), PATH].join(delimiter),
  REPOSITORY: repository,
});

// actions/upload-artifact and download-artifact, of one folder.
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";

const { GITHUB_ACTION_REPOSITORY = "", GITHUB_WORKSPACE = "", INPUT_NAME = "", INPUT_PATH = "", KEPT = "" } = process.env;
const kept = join(KEPT, "artifacts", INPUT_NAME);
const own = join(GITHUB_WORKSPACE, INPUT_PATH);
const [from, to] = GITHUB_ACTION_REPOSITORY === "actions/upload-artifact" ? [own, kept] : [kept, own];
if (!existsSync(from)) throw new Error(`${from}: there is no such folder`);
cpSync(from, to, { recursive: true });

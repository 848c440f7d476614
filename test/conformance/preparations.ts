/** What the recorder did outside Pulumi, line by line, in the scenario's folder. */
import { execFile } from "child_process";
import { readFileSync, writeFileSync } from "fs";
import { join } from "path";
import { promisify } from "util";
import { kubectl } from "./kubectl";
import { limit } from "./kubeconfigs";
import type { Place } from "./sandbox";

const execute = promisify(execFile);

/** `s/<pattern>/<text>/` on one file, whose pattern is a JavaScript one too: sed's `-i` is not the same on all systems. */
const SED = /^sed -i 's\/((?:\\\/|[^/])*)\/((?:\\\/|[^/])*)\/' (\S+)$/;

function edit(cwd: string, [, pattern = "", replacement = "", file = ""]: readonly string[]): void {
  const path = join(cwd, file);
  writeFileSync(path, readFileSync(path, "utf8").replace(new RegExp(pattern, "m"), replacement.replaceAll("\\/", "/")));
}

/** What a remark says of the user behind `$limited`. */
const ACCOUNT =
  /^# a ServiceAccount system:serviceaccount:(?<home>\S+):(?<name>\S+) with (?<verbs>.+?) on (?<resources>\S+) in namespace (?<namespace>\S+)/;

/**
 * Does one recorded line.
 *
 * @param cwd the scenario's folder, which holds the charts
 * @throws when it fails
 */
export async function prepare(place: Place, cwd: string, text: string): Promise<void> {
  const account = ACCOUNT.exec(text)?.groups as Record<"home" | "name" | "verbs" | "resources" | "namespace", string> | undefined;
  if (account)
    return limit(place, cwd, { ...account, verbs: account.verbs.split(/,\s*|\s+and\s+/), resources: account.resources.split(",") });
  if (text.startsWith("#")) return;
  if (text.startsWith("kubectl ")) return kubectl(place.api, text);
  const sed = SED.exec(text);
  if (sed) return edit(cwd, sed);
  await execute("bash", ["-c", text], { cwd, env: place.env });
}

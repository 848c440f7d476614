/** The report on a destroy, for a terminal. Pure. */
import { LUBAN } from "../../kubesphere/luban";
import { oneLine } from "../shared/text/terminal";
import type { Ending } from "./ending";

/** So many names a line. */
const NAMES = 20;

const WORDS: Readonly<Record<string, string>> = {
  User: "users",
  WorkspaceTemplate: "workspaces, with the namespaces that they own",
  Repository: "repositories of extensions",
  Extension: "extensions that others have published",
};

const listed = (names: readonly string[]) =>
  names.length <= NAMES ? names.join(", ") : `${names.slice(0, NAMES).join(", ")} and ${names.length - NAMES} more`;

/** @param option what names the stack in a command: ` --stack dev`, or nothing */
export function endingText({ stack, declared, withKubeSphere, namespaces, runOn, held }: Ending, option: string): string {
  if (declared === 0) return `destroy of ${stack}: nothing of the stack is in the cluster`;
  return [
    `destroy of ${stack}: ${declared} objects and releases that the stack declares go`,
    ...section(
      "with KubeSphere goes what no file declares:",
      withKubeSphere.map(({ kind, names }) => `${WORDS[kind] ?? kind}: ${listed(names)}`),
    ),
    ...section(
      "with namespaces of the stack goes what others have put there:",
      namespaces.map(({ name, holds }) => `${name}: ${listed(holds)}`),
    ),
    ...section(
      "stays, and runs on with no KubeSphere to look after it; before the destroy:",
      runOn.map((name) => `${LUBAN} extension unpublish ${name}`),
    ),
    ...section(
      "would be waited for for ever, since KubeSphere's finalizer on it is nobody's; before the destroy:",
      held.length === 0 ? [] : [`${listed(held)}: ${LUBAN} doctor${option} --fix`],
    ),
    "",
    `if the destroy ends in an error, this says what it has left half-way, and clears it: ${LUBAN} recover${option}`,
  ]
    .map(oneLine)
    .join("\n");
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];

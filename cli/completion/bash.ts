/** Completions for bash. */
import type { Completed } from "./words";

/**
 * Commands and options are completed from the list, `--stack` from the stack files of the folder, everything else as file names.
 * Written for bash 3.2, which is macOS's.
 */
export const bashScript = (completed: readonly Completed[]): string => `# Completions of luban for bash: source <(npx luban completion bash)
_luban() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" typed="" next="" options="" file=""
  if [ "$before" = --stack ]; then
    # Not by compgen -W, which expands what it is given: whoever made the folder chose the files' names, and Pulumi takes none with other characters.
    COMPREPLY=()
    for file in Pulumi.*.yaml; do
      file="\${file#Pulumi.}" file="\${file%.yaml}"
      [[ "$file" == "$word"* && "$file" != *[!A-Za-z0-9_.-]* ]] && COMPREPLY+=("$file")
    done
    return
  fi
  [ "$COMP_CWORD" -gt 1 ] && typed="\${COMP_WORDS[1]}"
  case "$typed" in
    "") next="${names(completed, "")} --help" ;;
${groups(completed)
  .map(
    (group) =>
      `    ${group}) [ "$COMP_CWORD" -gt 2 ] && typed="$typed \${COMP_WORDS[2]}" || next="${names(completed, `${group} `)} --help" ;;`,
  )
  .join("\n")}
  esac
  case "$typed" in
${completed.map(({ typed, options }) => `    "${typed}") options="${options.join(" ")}" ;;`).join("\n")}
  esac
  if [ -n "$next" ]; then COMPREPLY=($(compgen -W "$next" -- "$word"))
  elif [ "\${word#-}" != "$word" ]; then COMPREPLY=($(compgen -W "$options" -- "$word"))
  fi
}
complete -o default -F _luban luban`;

/** Of the next word after what is typed already. */
export const after = (completed: readonly Completed[], typed: string): readonly Completed[] =>
  completed.filter(({ typed: it }) => it.startsWith(typed) && !it.slice(typed.length).includes(" "));

/** Commands whose next word says which of several. */
export const groups = (completed: readonly Completed[]): string[] => [
  ...new Set(completed.filter(({ typed }) => typed.includes(" ")).map(({ typed }) => typed.split(" ", 1)[0] ?? "")),
];

const names = (completed: readonly Completed[], typed: string) =>
  after(completed, typed)
    .map((it) => it.typed.slice(typed.length))
    .join(" ");

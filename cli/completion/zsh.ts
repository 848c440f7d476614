/** Completions for zsh. */
import { after, groups } from "./bash";
import type { Completed } from "./words";

/** As {@link bashScript}, with a line on each command. It is sourced, or lies in a folder of `fpath` as `_luban`. */
export const zshScript = (completed: readonly Completed[]): string => `#compdef luban
# Completions of luban for zsh: source <(npx luban completion zsh)
_luban() {
  local typed="" options="" next=()
  if [[ "\${words[CURRENT-1]}" == --stack ]]; then
    local files=(Pulumi.*.yaml(N))
    compadd -- \${\${files#Pulumi.}%.yaml}
    return
  fi
  (( CURRENT > 2 )) && typed="\${words[2]}"
  case "$typed" in
    "") next=(${described(completed, "")}) ;;
${groups(completed)
  .map(
    (group) =>
      `    ${group}) if (( CURRENT > 3 )); then typed="$typed \${words[3]}"; else next=(${described(completed, `${group} `)}); fi ;;`,
  )
  .join("\n")}
  esac
  case "$typed" in
${completed.map(({ typed, options }) => `    "${typed}") options="${options.join(" ")}" ;;`).join("\n")}
  esac
  if (( $#next > 0 )); then _describe command next
  elif [[ "\${words[CURRENT]}" == -* ]]; then compadd -- \${=options}
  else _files
  fi
}
if [[ "$funcstack[1]" == _luban ]]; then _luban "$@"; else compdef _luban luban; fi`;

const described = (completed: readonly Completed[], typed: string) =>
  [...after(completed, typed).map((it) => `${it.typed.slice(typed.length)}:${it.what}`), "--help:what it does, and its options"]
    .map(quoted)
    .join(" ");

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

// The commands of `luban`, in the order in which `luban --help` lists them.

/**
 * Each is a folder beside this file, whose `main.ts` exports `main` and `commands`.
 * - `summary`: a line of `luban --help`, and what completions say of it
 * - `bundle`: what it is bundled with. "program": with the Pulumi SDK, whose bundling takes seconds that nobody else is to wait for.
 */
exports.commands = {
  preview: { summary: "what an up or a destroy would change, for reviewers" },
  rehearse: { summary: "tries a change on its base in a sandbox" },
  policy: { summary: "what no pull request may do" },
  render: { summary: "writes every object that a stack brings to files, for review and GitOps", bundle: "program" },
  status: { summary: "what has become of each extension" },
  doctor: { summary: "what is wrong with a stack in its cluster, why, and the mend" },
  verify: { summary: "whether what a stack serves answers where people reach it" },
  drift: { summary: "what differs in the cluster from what was deployed, and the way back" },
  adopt: { summary: "takes what was made by hand into the stack's state" },
  recover: { summary: "shows what a killed run left behind, and clears it" },
  cluster: { summary: "creates, shows and deletes the stack's cluster with KubeKey" },
  mirror: { summary: "lists all that a stack needs from elsewhere, and copies it by digest", bundle: "program" },
  extension: { summary: "an extension's life before it is in a stack: new, lint, package, publish, …" },
  "oidc-app": { summary: "runs a sample application that logs in at KubeSphere" },
  schema: { summary: "writes what a stack's file may say, for editors" },
  completion: { summary: "prints completions for a shell: bash or zsh" },
};

exports.bundleOf = (command) => exports.commands[command].bundle ?? "commands";

/** `permissions.yaml`: an author's statement of the executor's rights. KubeSphere makes `rules` a Role in the extension's namespace and `clusterRules` a ClusterRole. */
import * as z from "zod";
import { fileOf, type FileTree } from "../chart/fileTree";
import type { PolicyRule } from "./policyRules";
import { parseYamlDocuments } from "../yaml/yamlFile";

const words = z.array(z.string());
const policyRule = z
  .strictObject({
    apiGroups: words.optional(),
    resources: words.optional(),
    verbs: words,
    resourceNames: words.optional(),
    nonResourceURLs: words.optional(),
  })
  .refine(
    ({ apiGroups, resources, nonResourceURLs }) => (nonResourceURLs === undefined) === (apiGroups !== undefined && resources !== undefined),
    {
      error: "apiGroups with resources, or nonResourceURLs",
    },
  );
const statedRole = z.object({ kind: z.enum(["Role", "ClusterRole"], "Role or ClusterRole"), rules: z.array(policyRule) });

export interface Permissions {
  readonly clusterRules: readonly PolicyRule[];
  readonly rules: readonly PolicyRule[];
}

/** The author's own statement, in the form and order that KubeSphere reads from a package; undefined if there is none. */
export function statedPermissions({ source, files }: FileTree): Permissions | undefined {
  const file = fileOf(files, "permissions.yaml");
  if (file === undefined) return undefined;
  const roles = parseYamlDocuments(`${source}/permissions.yaml`, file.data, statedRole);
  const rulesOf = (wanted: string) => roles.filter(({ kind }) => kind === wanted).flatMap(({ rules }) => rules);
  return { clusterRules: rulesOf("ClusterRole"), rules: rulesOf("Role") };
}

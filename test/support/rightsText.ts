/** Rights as a reader compares them: one line for each thing that they are for, whatever rules they came in. */
import type { PolicyRule } from "../../kubesphere/extension/policyRules";

/** What Helm takes to make, change and remove an object: not written out. */
const MANAGE = "create,delete,get,list,patch,watch";

/** @returns `resource.group[/name][ verbs]`, sorted; `/path verbs` for what is no resource */
export function rightsIn(rules: readonly PolicyRule[]): string[] {
  const verbs = new Map<string, Set<string>>();
  for (const rule of rules)
    for (const subject of subjects(rule)) verbs.set(subject, new Set([...(verbs.get(subject) ?? []), ...rule.verbs]));
  return [...verbs].map(([subject, allowed]) => withVerbs(subject, [...allowed].sort().join())).sort();
}

const withVerbs = (subject: string, verbs: string) => (verbs === MANAGE ? subject : `${subject} ${verbs}`);

const subjects = ({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string[] => [
  ...nonResourceURLs,
  ...apiGroups.flatMap((group) =>
    resources.flatMap((resource) => {
      const subject = group === "" ? resource : `${resource}.${group}`;
      return resourceNames.length === 0 ? [subject] : resourceNames.map((name) => `${subject}/${name}`);
    }),
  ),
];

/** What an extension that is gone has left behind. */
import { LUBAN } from "../../../kubesphere/luban";
import { label, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { nameOf, type StoredObject } from "../../shared/cluster";
import { extensionOf, piecesOf } from "../../shared/extensionPieces";
import { check, type Finding } from "../finding";
import type { Facts } from "../facts/facts";

type Known = Pick<Facts, "labelled" | "contents" | "plans" | "extensions" | "stack">;

export const leftovers = check(
  "leftovers",
  "nothing is left of extensions that are gone",
  ["labelled", "contents", "plans", "extensions", "stack"],
  (facts) => {
    const objects = leftBehind(facts);
    const names = [...new Set(objects.map(extensionOf))];
    return names.flatMap((name) =>
      ofExtension(
        name,
        objects.filter((it) => extensionOf(it) === name),
        facts,
      ),
    );
  },
);

/** Neither installed, nor on its way out, nor the program's own. */
export const leftBehind = ({ labelled, plans, extensions, stack }: Pick<Facts, "labelled" | "plans" | "extensions" | "stack">) => {
  const known = new Set([...plans.map(({ spec }) => spec.extension.name), ...extensions.map(({ metadata }) => metadata.name)]);
  return labelled.filter(
    (object) => object.metadata.deletionTimestamp === undefined && !known.has(extensionOf(object)) && !stack.declared.has(nameOf(object)),
  );
};

function ofExtension(name: string, objects: readonly StoredObject[], { contents }: Known): readonly Finding[] {
  const gone = `they carry the label ${label.extensionRef}=${name}, and there is neither an Extension nor an InstallPlan ${name}`;
  const { release, removable, kept } = piecesOf(objects, contents);
  if (release !== undefined)
    return [
      {
        object: named(objects),
        why: `${gone}; the Helm release ${release.namespace}/${release.name} is still there`,
        means: "the extension still runs, and no KubeSphere looks after it",
        mend: [`helm uninstall ${release.name} --namespace ${release.namespace}`, `${LUBAN} doctor`],
      },
    ];
  return [
    ...(removable.length === 0
      ? []
      : [
          {
            object: named(removable),
            why: gone,
            means: "they do nothing, and an extension of that name would take them for its own",
            mend: removable.map(({ kind, metadata }) => `kubectl delete ${kind.toLowerCase()} ${metadata.name}`),
            action: { do: "delete", objects: removable } as const,
          },
        ]),
    ...kept.map(({ object, why, mend }) => ({
      object: nameOf(object),
      why: `${gone.replace("they carry", "it carries")}; ${why}`,
      means: "what is in it may be somebody's: it is yours to judge",
      mend: [mend],
    })),
  ];
}

const named = (objects: readonly StoredObject[]) => objects.map(nameOf).join(", ");

/** A package that no ExtensionVersion names any more. It may be the only copy, and carries no label of KubeSphere's: not for `--fix`. */
export const packages = check(
  "packages",
  "no package is left of extensions that are gone",
  ["configMaps", "versions", "plans", "extensions", "stack"],
  ({ configMaps, versions, plans, extensions, stack }) =>
    configMaps.flatMap(({ name, namespace }): readonly Finding[] => {
      const [, of] = /^extension-(.+)-chart$/.exec(name) ?? [];
      const object = `ConfigMap ${namespace}/${name}`;
      if (of === undefined || namespace !== SYSTEM_NAMESPACE || stack.declared.has(object)) return [];
      if (versions.some(({ spec: { chartDataRef: from } }) => from?.name === name && from.namespace === namespace)) return [];
      const known = [...plans.map(({ spec }) => spec.extension.name), ...extensions.map(({ metadata }) => metadata.name)];
      if (known.some((it) => of.startsWith(`${it}-`))) return [];
      return [
        {
          object,
          why: `no ExtensionVersion names it, and there is neither an Extension nor an InstallPlan that ${of} could be a version of`,
          means: "it takes up to 1 MB in etcd",
          mend: [`keep a copy if it is the only one, then: kubectl --namespace ${namespace} delete configmap ${name}`],
        },
      ];
    }),
);

/** Ingress classes that nobody serves: names resolve, and no answer comes. */
import { LUBAN } from "../../../kubesphere/luban";
import { check, type Finding } from "../finding";
import type { Ingress, IngressClass } from "../facts/facts";

export const ingressClass = check(
  "ingressClass",
  "Ingress classes are served",
  ["ingressClasses", "ingresses", "stack"],
  ({ ingressClasses, ingresses, stack }) => {
    // Before the first `up` nobody serves it yet.
    const { key, className, controller } = stack.ingress;
    const isExpected = controller === undefined || stack.declared.has(`Release ${controller.release}/${controller.release}`);
    const used = new Map<string, string[]>(isExpected ? [[className, []]] : []);
    const isDefaulted = ingressClasses.some(({ isDefault }) => isDefault);
    for (const ingress of ingresses) {
      const name = classOf(ingress) ?? (isDefaulted ? undefined : "");
      if (name === undefined) continue;
      used.set(name, [...(used.get(name) ?? []), `${ingress.metadata.namespace}/${ingress.metadata.name}`]);
    }
    return [...used].flatMap(([name, by]): readonly Finding[] => {
      const isOurs = name === className;
      const why = whyUnserved(name, ingressClasses);
      if (why === undefined) return [];
      const which = by.length === 0 ? "" : ` (${by.join(", ")})`;
      return [
        {
          object: name === "" ? `Ingress ${by.join(", ")}` : `IngressClass ${name}`,
          why,
          means: isOurs ? `no extension can be reached at its URL${which}` : `these Ingresses are served by nobody: ${by.join(", ")}`,
          mend: isOurs
            ? [
                controller
                  ? `${LUBAN} drift${stack.option} names what was changed in the release ${controller.release}, and the way back`
                  : `bring its controller back, or name another class in kubesphere:${key}.className`,
              ]
            : [`set the class ${className} in the extension's values`],
        },
      ];
    });
  },
);

/** Before Ingresses had the field they had an annotation. */
const classOf = ({ spec, metadata }: Ingress) => spec?.ingressClassName ?? metadata.annotations?.["kubernetes.io/ingress.class"];

function whyUnserved(name: string, classes: readonly IngressClass[]): string | undefined {
  if (name === "") return "it names no class, and none is the cluster's default";
  const found = classes.find((it) => it.name === name);
  const names = classes.map((it) => it.name).join(", ") || "none";
  if (found === undefined) return `there is no such IngressClass; the cluster has ${names}`;
  const { pods } = found;
  if (pods === undefined || pods.ready > 0) return undefined;
  return `${pods.total === 0 ? "there are no pods" : `none of ${pods.total} pods is ready`} of its controller ${found.controller} (${pods.labels})`;
}

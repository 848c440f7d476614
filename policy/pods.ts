/** Pods that reach out of their container, in whatever kind of object they are described. */
import { isRecord, join, records, type Finding, type Rule } from "./rule";

const HOST_NAMESPACES = ["hostNetwork", "hostPID", "hostIPC"];
const CONTAINERS = ["containers", "initContainers", "ephemeralContainers"];

export const privilegedPod: Rule = {
  name: "privileged-pod",
  why: "Such a Pod can see or take over its node, and with it every other Pod there.",
  mend: "Take it out of the extension's chart, or set the chart's values in `install.config` so that it is not rendered.",
  object: (object) =>
    [...records(object)].flatMap(({ path, record }) => (Array.isArray(record["containers"]) ? inPodSpec(path, record) : [])),
};

const inPodSpec = (path: string, spec: Readonly<Record<string, unknown>>): Finding[] => [
  ...HOST_NAMESPACES.filter((key) => spec[key] === true).map((key) => ({ property: join(path, key), given: true })),
  ...CONTAINERS.flatMap((key) => {
    const containers = spec[key];
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((container: unknown, index) => {
      const context = isRecord(container) ? container["securityContext"] : undefined;
      if (!isRecord(context) || context["privileged"] !== true) return [];
      return [{ property: join(path, `${key}[${index}].securityContext.privileged`), given: true }];
    });
  }),
];

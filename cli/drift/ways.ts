/** The commands that undo a change of what the program declares, and those that keep it. Pure. */
import { LUBAN } from "../../kubesphere/luban";
import { label, OAUTH_CLIENT_SECRET_TYPE } from "../../kubesphere/api";
import { textAt } from "../../kubesphere/chart/renderedObject";
import { isKeepable, whyFixed } from "../../kubesphere/extension/namespaceLabels";
import { shellWord } from "../../kubesphere/shellWord";
import type { KubernetesObject } from "../shared/cluster";
import type { Compared, Property } from "./compare";

export interface Ways {
  /** The commands that bring back what was deployed, and what keeps the change where that is possible. */
  readonly wayBack: readonly string[];
  /** Why it can only be undone, where that is not plain. */
  readonly notKept?: string;
}

/** Only a refresh tells the engine of what was changed behind its back. */
const UNDO = "pulumi up --refresh";

/** @param object as it was deployed */
export function waysOf(object: KubernetesObject, difference: Compared): Ways {
  const { kind, metadata } = object;
  if (difference.drift !== "changed") return { wayBack: [UNDO] };
  const client = textAt(object, "type") === OAUTH_CLIENT_SECRET_TYPE ? textAt(object, "metadata", "labels", label.oauthClient) : undefined;
  if (client !== undefined) return { wayBack: [UNDO, `${LUBAN} drift --take-client ${client}`] };
  if (kind === "InstallPlan") return waysOfPlan(metadata.name, difference.properties);
  if (kind !== "Namespace") return { wayBack: [UNDO] };
  const reasons = difference.properties.flatMap((property) => whyNotKept(object, property));
  if (reasons.length > 0) return { wayBack: [UNDO], notKept: [...new Set(reasons)].join("; ") };
  return { wayBack: [UNDO, `${LUBAN} drift --take-namespace ${shellWord(metadata.name)}`] };
}

/** `--take` writes what the console changes: config, version and whether it is enabled. */
function waysOfPlan(name: string, properties: readonly Property[]): Ways {
  const scheduling = properties.filter(({ path }) => path.startsWith("spec.clusterScheduling"));
  return {
    wayBack: [UNDO, ...(scheduling.length < properties.length ? [`${LUBAN} drift --take ${name}`] : [])],
    ...(scheduling.length > 0 && {
      notKept: "no command writes it into the configuration: it is install.clusterScheduling of the extension",
    }),
  };
}

/** @returns nothing where it can be kept */
function whyNotKept(object: KubernetesObject, { path, is }: Property): readonly string[] {
  const isExtensions = textAt(object, "metadata", "labels", label.extensionRef) !== undefined;
  const [, field, plain, quoted] = /^metadata\.(labels|annotations)(?:\.([^.[]+)|\[(".*")\])$/.exec(path) ?? [];
  const key = quoted === undefined ? (plain ?? path) : (JSON.parse(quoted) as string);
  return isExtensions && field === "labels" && isKeepable(key, is as string | undefined) ? [] : [whyFixed(key)];
}

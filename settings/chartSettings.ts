/** What a stack's configuration may say of a chart: where it comes from, and its values. */
import * as semver from "semver";
import { z } from "zod";
import { valueAt, type Values } from "../kubesphere/chart/helmValues";
import { IMAGE_REGISTRY, IMAGE_REGISTRY_FORM } from "../kubesphere/chart/imageRegistry";
import { text, values } from "./schema";

/**
 * Free values, but for those that a key of the configuration decides: two places for one thing would part ways.
 * @param registries paths of image registries, whose form counts
 */
export const freeValues = (decidedBy: Readonly<Record<string, string>>, registries: readonly string[] = []) =>
  values.default({}).superRefine((given, context) => refuseDecided({ values: given, path: [], decidedBy, registries }, context));

interface Decided {
  readonly values: Values;
  /** Of the values, below what is being refined. */
  readonly path: readonly string[];
  readonly decidedBy: Readonly<Record<string, string>>;
  readonly registries: readonly string[];
}

export function refuseDecided({ values: given, path: at, decidedBy, registries }: Decided, context: z.core.$RefinementCtx): void {
  for (const [path, key] of Object.entries(decidedBy)) {
    if (valueAt(given, path) === undefined) continue;
    context.addIssue({ code: "custom", path: [...at, ...path.split(".")], message: `nothing here. Set kubesphere:${key} instead` });
  }
  for (const path of registries) {
    const registry = valueAt(given, path) ?? "";
    if (registry === "" || (typeof registry === "string" && IMAGE_REGISTRY.test(registry))) continue;
    context.addIssue({ code: "custom", path: [...at, ...path.split(".")], message: IMAGE_REGISTRY_FORM });
  }
}

const versionText = "a chart's version such as 1.2.3. Write it whole, in quotes";
const repositoryText = "an http(s) URL of a Helm repository. An oci:// registry goes into `chart`";
export const chart = {
  chart: text(
    "a URL of a .tgz, oci://…, a .tgz file, a chart folder, or with `repository` a chart's name. Leave it out for the default",
  ).optional(),
  repository: z
    .url({ error: repositoryText, abort: true })
    .regex(/^[Hh][Tt][Tt][Pp][Ss]?:/, { error: repositoryText })
    .optional(),
  version: z
    .string({ error: versionText })
    .regex(/^[\s=v]*\d+\.\d+\.\d+/, { error: versionText, abort: true })
    .refine((version) => semver.valid(version) !== null, { error: versionText })
    .optional(),
};

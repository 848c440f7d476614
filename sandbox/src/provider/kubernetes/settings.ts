import type { Diff } from "../provider.js";
import { hasUnknown, revealAll, type Properties, type Value } from "../values.js";
import { readAccess, type Access } from "./kubeconfig.js";

/** The provider's configuration, as far as the stand-in knows it. */
export interface Settings {
  /** `undefined` while it is not known yet, in a preview. */
  readonly access: Access | undefined;
  /** The namespace of objects that name none; the context's by default. */
  readonly namespace: string | undefined;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly upsertExistingObjects: boolean;
  /** Server-side applies take over what other managers own. */
  readonly enablePatchForce: boolean;
  /** Objects of a cluster that does not answer count as gone. */
  readonly deleteUnreachable: boolean;
  /** Objects of a cluster that does not answer stay as they are. */
  readonly skipUpdateUnreachable: boolean;
}

/** What changes an outcome when it is set to other than this, and is not served here. */
const NOT_SERVED: Record<string, Value | undefined> = {
  alwaysRender: false,
  enableServerSideApply: true,
  renderYamlToDirectory: undefined,
};

/** What stands in for a setting that the program leaves out; `"true"` is yes, any other text no. */
const VARIABLES: Readonly<Record<string, string>> = {
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
  enableServerSideApply: "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY",
  skipUpdateUnreachable: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
};

/** Everything but texts reaches a provider as JSON text, or as it is when no SDK was in between. */
function decode(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

const text = (value: Value | undefined): string | undefined => (typeof value === "string" && value ? value : undefined);

/**
 * @param environment of the plugin, which is that of `pulumi`
 * @throws for a setting that the stand-in does not serve, and for a kubeconfig that cannot be read
 */
export function readSettings(given: Properties, environment: NodeJS.ProcessEnv = process.env): Settings {
  const config = revealAll(given);
  const setting = (name: string): Value | undefined => {
    const value = decode(config[name]);
    const variable = environment[VARIABLES[name] ?? ""];
    return (value === undefined || value === null) && variable !== undefined ? variable === "true" : value;
  };
  const flag = (name: string) => setting(name) === true;
  for (const [name, served] of Object.entries(NOT_SERVED)) {
    const value = setting(name);
    if (value !== undefined && value !== null && value !== served) {
      throw new Error(
        `the sandbox's stand-in provider does not serve the setting ${name}: ${JSON.stringify(value)}; the official provider does`,
      );
    }
  }
  const isKnown = !hasUnknown(config["kubeconfig"] ?? "");
  return {
    access: isKnown ? accessOf(config) : undefined,
    namespace: text(config["namespace"]),
    enableConfigMapMutable: flag("enableConfigMapMutable"),
    enableSecretMutable: flag("enableSecretMutable"),
    upsertExistingObjects: flag("upsertExistingObjects"),
    enablePatchForce: flag("enablePatchForce"),
    deleteUnreachable: flag("deleteUnreachable"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable"),
  };
}

const accessOf = (config: Properties): Access => readAccess(text(config["kubeconfig"]), text(config["context"]), text(config["cluster"]));

const LOCATION = ["kubeconfig", "context", "cluster"];

/** A provider for another cluster must be replaced, its resources with it; `clusterIdentifier` says which cluster it is, else its address does. */
export function diffSettings(oldConfig: Properties, newConfig: Properties): Diff {
  const [olds, news] = [revealAll(oldConfig), revealAll(newConfig)];
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  const diffs = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
  const [before, after] = [text(olds["clusterIdentifier"]), text(news["clusterIdentifier"])];
  const isSame = before !== undefined && after !== undefined ? before === after : isSameCluster(olds, news);
  const moved = LOCATION.filter((name) => diffs.includes(name));
  const replaces = isSame ? [] : [...moved, ...diffs.filter((name) => name === "clusterIdentifier")];
  return { changed: diffs.length > 0, diffs, replaces };
}

function isSameCluster(olds: Properties, news: Properties): boolean {
  if (LOCATION.every((name) => olds[name] === news[name])) return true;
  try {
    const [before, after] = [accessOf(olds), accessOf(news)];
    return before.server === after.server && before.ca === after.ca;
  } catch {
    return false;
  }
}

/** Writes what an administrator changed of an extension in the console into the stack's configuration, so that it stays. */
import { resolve } from "path";
import { accessOf, type ChartAccess } from "../../kubesphere/chart/chartAccess";
import type { ExtensionIdentity } from "../../kubesphere/extension/draft";
import { fetchExtension, readExtension } from "../../kubesphere/extension/extensionPackage";
import { ADDRESS } from "../../kubesphere/extension/installPlan";
import type { StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { setConfig, stackConfig, succeeded, type Stack } from "../shared/pulumi";

export interface Taken {
  /** Of the configuration, such as `kubesphere:extensions[0].install.config`. */
  readonly keys: readonly string[];
}

interface RawExtension extends ChartAccess {
  readonly source?: string;
  readonly chartURL?: string;
  readonly versions?: readonly RawExtension[];
  readonly install?: RawInstall | false;
}

interface RawInstall {
  readonly config?: unknown;
  readonly enabled?: boolean;
  readonly version?: string;
  readonly namespace?: string;
  readonly storageClass?: string;
  /** The CLI makes numbers and truth values of what looks like some. */
  readonly namespaceLabels?: Readonly<Record<string, unknown>>;
  readonly allow?: readonly { readonly rule: string }[];
}

/** An extension of the stack's configuration, with what its packages say of themselves. */
export interface Declared {
  readonly raw: RawExtension;
  readonly packages: readonly ExtensionIdentity[];
}

interface Plan {
  readonly extension: { readonly version: string };
  readonly enabled?: boolean;
  readonly config?: string;
}

/**
 * @param plan the extension's InstallPlan as it is in the cluster
 * @param checkout the folder of Pulumi.yaml
 * @throws Failure when the stack has no such extension, or not the version that is installed
 */
export async function take(stack: Stack, plan: StoredObject, checkout: string): Promise<Taken> {
  const { name } = plan.metadata;
  const extensions = await declaredPackages(stack, checkout);
  const index = extensions.findIndex(({ packages: [first] }) => first?.name === name);
  const versions = extensions[index]?.packages.map(({ version }) => version) ?? [];
  if (index < 0) throw new Failure(`the stack's kubesphere:extensions hold no ${name}: nothing can be taken`);
  const { extension, enabled = false, config = "" } = plan["spec"] as Plan;
  if (!versions.includes(extension.version))
    throw new Failure(
      `${name} ${extension.version} is installed, and the stack has ${versions.join(", ")}: add that version to kubesphere:extensions[${index}].versions first`,
    );
  const settings = {
    config: withoutAddress(config),
    ...(!enabled && { enabled: "false" }),
    ...(versions.length > 1 && { version: extension.version }),
  };
  const isSecret = await hasSecret(stack, "kubesphere:extensions");
  for (const [key, value] of Object.entries(settings)) {
    // What may be a credential becomes one secret; the engine cannot tell which part of the text it was.
    await setConfig(stack, `kubesphere:extensions[${index}].install.${key}`, value, isSecret && key === "config");
  }
  const { install } = extensions[index]?.raw ?? {};
  // The config of the plan says it too, and may say another one now.
  if (install !== false && install?.storageClass !== undefined)
    succeeded("pulumi config rm", await stack.run(["config", "rm", "--path", `kubesphere:extensions[${index}].install.storageClass`]));
  return { keys: Object.keys(settings).map((key) => `kubesphere:extensions[${index}].install.${key}`) };
}

/** In the configuration's order. @param checkout the folder of Pulumi.yaml */
export async function declaredPackages(stack: Stack, checkout: string): Promise<readonly Declared[]> {
  const extensions = ((await stackConfig(stack))["extensions"] ?? []) as readonly RawExtension[];
  return Promise.all(extensions.map(async (raw) => ({ raw, packages: await versionsOf(raw, checkout) })));
}

const versionsOf = ({ versions, ...own }: RawExtension, checkout: string): Promise<readonly ExtensionIdentity[]> =>
  Promise.all(
    (versions ?? [own]).map(({ source, chartURL = "", ...rest }) =>
      source === undefined ? fetchExtension(chartURL, accessOf(rest)) : readExtension(resolve(checkout, source)),
    ),
  );

/** The program ends the config with it again. */
const withoutAddress = (config: string) => config.replace(ADDRESS, "");

async function hasSecret(stack: Stack, key: string): Promise<boolean> {
  const config = await stack.json<Record<string, { secret?: boolean }>>("the configuration", ["config"]);
  return config[key]?.secret === true;
}

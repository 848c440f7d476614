/** Reads what the configuration names (charts, extensions) once, before any resource is declared. */
import type { ExtensionArgs } from "./extension";
import type { Settings } from "./settings";
import { resolveChart, type ChartSource } from "../kubesphere/chartSource";
import { ConfigurationError } from "../kubesphere/errors";
import { packageExtension } from "../kubesphere/extensionPackage";

export interface Sources {
  /** Absent when a controller is already there. */
  readonly ingressNginx: ChartSource | undefined;
  readonly ksCore: ChartSource;
  readonly extensions: readonly ExtensionArgs[];
}

/** @throws ConfigurationError naming the key whose source cannot be read, or is not what it should be. */
export async function loadSources({ ingressNginx, ksCore, extensions }: Settings): Promise<Sources> {
  const sources = {
    ingressNginx: ingressNginx.install ? await resolveChart("kubesphere:ingressNginx.chart", ingressNginx) : undefined,
    ksCore: await resolveChart("kubesphere:ksCore.chart", ksCore),
    extensions: await Promise.all(extensions.map(loadExtension)),
  };
  refuseTwins(sources.extensions);
  return sources;
}

const sourceKey = (index: number) => `kubesphere:extensions[${index}].source`;

async function loadExtension({ source, enabled, config }: Settings["extensions"][number], index: number): Promise<ExtensionArgs> {
  try {
    return { package: await packageExtension(source), enabled, config };
  } catch (error) {
    // What is wrong lies in a file; the key says which of the extensions brought it in.
    throw error instanceof ConfigurationError ? new ConfigurationError({ ...error, path: `${sourceKey(index)}: ${error.path}` }) : error;
  }
}

function refuseTwins(extensions: readonly ExtensionArgs[]): void {
  const names = extensions.map((extension) => extension.package.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    throw new ConfigurationError({
      path: sourceKey(index),
      given: name,
      allowed: "each extension once",
      mend: `Remove it or rename its chart: ${sourceKey(names.indexOf(name))} is that extension too.`,
    });
  });
}

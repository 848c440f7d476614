/** Reads what the configuration names (charts, extensions) once, before any resource is declared. */
import type { Settings } from "./settings";
import type { ExtensionArgs } from "./extension";
import { resolveChart, type ChartSource } from "../kubesphere/chartSource";
import { packageExtension } from "../kubesphere/extensionPackage";

export interface Sources {
  /** Absent when a controller is already there. */
  readonly ingressNginx: ChartSource | undefined;
  readonly ksCore: ChartSource;
  readonly extensions: readonly ExtensionArgs[];
}

/** @throws ConfigurationError naming the key whose source cannot be read, or is not what it should be. */
export async function loadSources({ ingressNginx, ksCore, extensions }: Settings): Promise<Sources> {
  return {
    ingressNginx: ingressNginx.install ? await resolveChart("kubesphere:ingressNginx.chart", ingressNginx) : undefined,
    ksCore: await resolveChart("kubesphere:ksCore.chart", ksCore),
    extensions: await Promise.all(
      extensions.map(async ({ source, enabled, config }) => ({ package: await packageExtension(source), enabled, config })),
    ),
  };
}

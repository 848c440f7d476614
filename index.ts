import "./components/shared/quietSdk";
import * as pulumi from "@pulumi/pulumi";
import { Platform } from "./components";
import { accessCluster } from "./components/cluster/clusterAccess";
import { clusterProvider } from "./components/cluster/clusterProvider";
import { readConfig } from "./settings/config";
import { mistake, refusing } from "./components/shared/mistake";
import { foreignSettings } from "./settings/settingsFile";

const PLATFORM = "kubesphere";

/** Configuration → the one provider → the platform on it → outputs. */
export = async () => {
  // The sandbox's shell would deploy any stack by the sandbox's settings.
  const foreign = foreignSettings(pulumi.getStack(), process.env);
  if (foreign !== undefined) throw mistake(foreign);
  const settings = readConfig();
  // Before there is a provider, which has words of its own for it.
  const cluster = await refusing(accessCluster(settings.cluster));
  const providers = [clusterProvider(settings.cluster)];
  const { consoleUrl, clusterId, issuer, discoveryUrl, extensions, oauthClients } = new Platform(
    PLATFORM,
    { settings, cluster },
    { providers, transformations: [alsoUnprefixed] },
  );
  return { consoleUrl, clusterId, issuer, discoveryUrl, extensions, oauthClients };
};

/** Before 0.2.0 the parts of the platform did not carry its name. What follows from a part's name the engine finds by itself. */
function alsoUnprefixed({ type, name, opts, props }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult | undefined {
  if (!type.startsWith("kubesphere:index:") || !name.startsWith(`${PLATFORM}-`)) return undefined;
  const given = (opts.aliases ?? []) as readonly pulumi.Alias[];
  const former = [{}, ...given].map((alias: pulumi.Alias) => ({ ...alias, name: String(alias.name ?? name).slice(PLATFORM.length + 1) }));
  return { props, opts: { ...opts, aliases: [...(opts.aliases ?? []), ...former] } };
}

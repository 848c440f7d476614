/** The values that KubeSphere sets over those of every extension, once the stack's ks-core is deployed (InstallPlan controller of v4.1.2). */
import { mergeValues, valueAt, type Values } from "../../kubesphere/chart/helmValues";
import { domainSuffix, portalUrl } from "../../kubesphere/urls";
import type { Settings } from "../../settings/settings";

export function injectedValues({
  access,
  ports,
  ingress: { className },
  ksCore,
}: Pick<Settings, "access" | "ports" | "ingress" | "ksCore">): Values {
  const httpsPort = ksCore.https?.port ?? ports.ingressHttps;
  const ingress: Values = {
    ingressClassName: className,
    domainSuffix: domainSuffix(access),
    httpPort: ports.ingress,
    ...(httpsPort !== undefined && { httpsPort }),
  };
  const stated = (key: string) =>
    valueAt(ksCore.values, `extension.${key}`) ?? (key === "imageRegistry" ? ksCore.imageRegistry : undefined);
  const further = Object.fromEntries(["imageRegistry", "nodeSelector"].flatMap((key) => (stated(key) ? [[key, stated(key)]] : [])));
  return { global: mergeValues({ portal: { url: portalUrl(ksCore.portal) }, extension: { ingress } }, further) };
}

/** The schema of a stack's configuration, with its defaults and error messages. */
import { z } from "zod";
import { access } from "./accessSettings";
import { chart, freeValues, refuseChartAccess } from "./chartSettings";
import { cluster } from "./clusterSettings";
import { extension, extensionRepository } from "./extensionSettings";
import { consoleSettings, harbor, https, oauthClient, portal } from "./oauthSettings";
import { IMAGE_REGISTRY_TEXT } from "../kubesphere/chart/imageRegistry";
import { ingress, ingressNginx, ingressSettings, listensOnNodePort } from "./ingressSettings";
import { memberClusters } from "./memberSettings";
import { entryPort, flag, imageRegistry, list, matching, nodePort, section, text } from "./schema";

/** The pinned versions of ks-core; those of ingress controllers are in `kubesphere/ingress`. A chart without a version could be upgraded without anybody's request. */
const KS_CORE = { version: "1.1.3", kubesphereVersion: "4.1.2" };
const ksCoreUrl = (version: string) => `https://charts.kubesphere.io/main/ks-core-${version}.tgz`;

/** Whether it has to be a NodePort depends on who brings the controller. */
const ports = section({ ingress: entryPort.default(30888), ingressHttps: entryPort.optional(), console: nodePort.default(30880) }).refine(
  ({ ingress, ingressHttps, console }) => new Set([ingress, ingressHttps, console]).size === 3,
  { error: "a different port for each of ingress, ingressHttps and console. Change one of them" },
);

const ksCore = section({
  ...chart,
  kubesphereVersion: matching(
    /^v?\d+\.\d+\.\d+$/,
    "KubeSphere's version such as 4.1.2, as the chart brings it. Leave it out for a chart whose version says it",
  ).optional(),
  imageRegistry: imageRegistry(`${IMAGE_REGISTRY_TEXT}. Leave it out for the chart's own`).optional(),
  portal: portal.optional(),
  https: https.optional(),
  ksExtensionRepository: flag.default(false),
  values: freeValues(
    {
      portal: "ksCore.portal",
      ingress: "ksCore.https",
      "authentication.adminPassword": "adminPassword",
      "console.nodePort": "ports.console",
      "extension.ingress": "access, kubesphere:ports and kubesphere:ingress.className",
      "global.imageRegistry": "ksCore.imageRegistry",
      "ksExtensionRepository.enabled": "ksCore.ksExtensionRepository",
      "kseExtensionRepository.enabled": "ksCore.ksExtensionRepository",
    },
    ["extension.imageRegistry"],
  ),
})
  .superRefine(refuseChartAccess(ksCoreUrl(KS_CORE.version)))
  .transform(({ chart: own, version, ...rest }) => {
    const chart = own ?? ksCoreUrl(version ?? KS_CORE.version);
    const { kubesphereVersion = chart === ksCoreUrl(KS_CORE.version) ? KS_CORE.kubesphereVersion : undefined } = rest;
    return { ...rest, chart, version: own === undefined ? undefined : version, kubesphereVersion };
  });

export const settingsSchema = section({
  access,
  ports: ports.prefault({}),
  cluster: cluster.prefault({}),
  ingress: ingress.optional(),
  ingressNginx: ingressNginx.optional(),
  ksCore: ksCore.prefault({}),
  memberClusters,
  extensions: list(extension, "extensions").prefault([]),
  extensionRepositories: list(extensionRepository, "repositories").prefault([]),
  oauthClients: list(oauthClient, "OAuth clients").prefault([]),
  harbor: harbor.optional(),
  adminPassword: text("a password, or its bcrypt hash. Set it with `pulumi config set --secret adminPassword`").optional(),
  production: flag.default(false),
})
  .refine(...listensOnNodePort("ingress"))
  .refine(...listensOnNodePort("ingressHttps"))
  .transform(({ ingressNginx: formerly, ...given }, context) => {
    const settings = { ...given, ingress: ingressSettings({ ...given, ingressNginx: formerly }, context) };
    return { ...settings, ksCore: { ...settings.ksCore, ...consoleSettings(settings, context) } };
  });

type Checked = z.output<typeof settingsSchema>;
/** The checked configuration, with every default filled in. */
export type Settings = Checked & {
  readonly cluster: { readonly identifier: string };
  /** Whether a `config` among the extensions may be a secret. */
  readonly hasSecretConfigs: boolean;
  /** Whether the `values` of these charts may have a secret. */
  readonly hasSecretValues: Readonly<Record<"ingress" | "ksCore" | "memberClusters" | "harbor", boolean>>;
};

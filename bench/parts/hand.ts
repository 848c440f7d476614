/** What people type when they follow the documentation's example, as commands that end when what they asked for is there. */
import { findHelm } from "../../cli/extension/helm";
import { noCluster, renderingWith, SAMPLE_VALUES } from "../../cli/shared/rendering";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SYSTEM_NAMESPACE, oauthClientSecretName } from "../../kubesphere/api";
import * as objects from "../../kubesphere/extension/extensionObjects";
import { packExtension } from "../../kubesphere/extension/extensionPackage";
import { configHash } from "../../kubesphere/extension/installPlan";
import { oauthClientConfiguration, oauthClientLabels } from "../../kubesphere/login/oauthClientConfig";
import type { Workbench } from "../workbench";

type Line = readonly [command: "helm" | "kubectl", ...args: string[]];

export interface Hand {
  /** All of the page, from the cluster to the login. */
  readonly page: readonly Line[];
  /** What of it an extension's new version or value takes, for who knows that. */
  readonly extension: readonly Line[];
}

/**
 * Writes the manifests, which takes no part in the measurement, and gives the commands.
 * @param source the extension's chart folder
 * @param config the text of its InstallPlan's config
 */
export async function byHand(bench: Workbench, source: string, config: string): Promise<Hand> {
  const rendering = await renderingWith(await findHelm("", bench.env["PATH"]), noCluster(), SAMPLE_VALUES);
  const pkg = await packExtension(source, rendering);
  const { name, version } = pkg;
  const manifest = (what: string, ...documents: object[]) => {
    const file = join(bench.scratch, `${what}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: documents }));
    return file;
  };
  const { metadata, spec } = objects.extension(pkg, [version]);
  const published = manifest(
    `publish-${version}`,
    { ...objects.extension(pkg, [version]), metadata: { name, labels: metadata.labels }, spec },
    objects.extensionVersion(pkg, undefined),
    { apiVersion: "v1", kind: "ConfigMap", ...objects.chartConfigMap(pkg) },
  );
  const plan = { extension: { name, version }, enabled: true, upgradeStrategy: "Manual", config };
  const clicked = manifest("plan", { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name }, spec: plan });

  const until = (object: string, path: string, value: string): Line =>
    // prettier-ignore
    ["kubectl", "wait", object, `--for=jsonpath={.status.${path}}=${value}`, "--timeout=10m"];
  const extension: Line[] = [
    ["kubectl", "apply", "-f", published],
    // The Marketplace shows it: a plan made before would never be looked at.
    until(`extension/${name}`, "recommendedVersion", version),
    ["kubectl", "apply", "-f", clicked],
    ...(config === "" ? [] : [until(`installplan/${name}`, "configHash", configHash(config))]),
    until(`installplan/${name}`, "version", version),
    until(`installplan/${name}`, "state", "Installed"),
  ];
  return { page: [...charts(bench), ...extension, ["kubectl", "apply", "-f", manifest("oauth", oauthSecret())]], extension };
}

const sets = (values: Readonly<Record<string, string | number>>) => Object.entries(values).flatMap((pair) => ["--set", pair.join("=")]);
const release = (name: string, namespace: string) => [
  "upgrade",
  "--install",
  name,
  `sandbox/charts/${name}`,
  "-n",
  namespace,
  "--create-namespace",
];

const charts = ({ ports }: Workbench): Line[] => [
  [
    "helm",
    ...release("ks-core", SYSTEM_NAMESPACE),
    "--wait",
    ...sets({
      "console.nodePort": ports.console,
      "portal.hostname": "127.0.0.1",
      "portal.http.port": ports.console,
      "extension.ingress.ingressClassName": "nginx",
      "extension.ingress.domainSuffix": "127.0.0.1.nip.io",
      "extension.ingress.httpPort": ports.ingress,
      "ksExtensionRepository.enabled": "false",
    }),
  ],
  [
    "helm",
    ...release("ingress-nginx", "ingress-nginx"),
    ...sets({ "controller.service.type": "NodePort", "controller.service.nodePorts.http": ports.ingress }),
  ],
];

/** The example's own: its secret is a word that everybody knows. */
function oauthSecret(): object {
  const client = { name: "test", secret: "fake", grantMethod: "auto", scopeRestrictions: ["openid", "email", "profile"] } as const;
  const text = oauthClientConfiguration({ ...client, redirectURIs: ["http://10.8.0.2:5556/auth/google/callback"] });
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: oauthClientSecretName(client.name), namespace: SYSTEM_NAMESPACE, labels: oauthClientLabels(client.name) },
    type: "config.kubesphere.io/oauthclient",
    stringData: { "configuration.yaml": text },
  };
}

/** Runs them one after the other. @returns the seconds of all */
export async function typed(bench: Workbench, lines: readonly Line[]): Promise<number> {
  let sum = 0;
  for (const [command, ...args] of lines) sum += (await bench.run(command, ...args)).seconds;
  return sum;
}

/** Questions to what answers: admission webhooks, the OAuth issuer, the address of a chart. Nothing is written. */
import { CORE_API, EXTENSIONS_API, label, OAUTH_CLIENT_SECRET_TYPE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { refuseWhatIsNoArchive } from "../../../kubesphere/chart/remoteChart";
import { ConfigurationError } from "../../../kubesphere/errors";
import { discoveryUrl } from "../../../kubesphere/urls";
import type { Cluster, KubernetesObject } from "../../shared/cluster";
import { Failure } from "../../shared/command";
import { inParallel } from "../../../kubesphere/parallel";
import { maskUrls } from "../../shared/urls";
import { fetcher, NoAnswer } from "../../verify/http";
import type { Facts, IssuerAnswer, Probe, StackFacts } from "./facts";

const name = "kubesphere-luban-probe";

interface Whole extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & { readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

/** Whole objects that nobody wants: a webhook is called only of what the schema allows. */
const PROBES: readonly Whole[] = [
  {
    apiVersion: CORE_API,
    kind: "InstallPlan",
    metadata: { name },
    spec: { extension: { name, version: "0.0.0" }, enabled: false },
  },
  { apiVersion: EXTENSIONS_API, kind: "JSBundle", metadata: { name, labels: { [label.extensionRef]: name } }, spec: { raw: "Ly8=" } },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: SYSTEM_NAMESPACE, labels: { [label.configType]: "oauthclient" } },
    type: OAUTH_CLIENT_SECRET_TYPE,
    stringData: { "configuration.yaml": `name: ${name}\ngrantMethod: auto\n` },
  },
];

/** @throws Failure when it does not come to KubeSphere's webhooks: for lack of rights, or by somebody else's webhook */
export const webhooks = (cluster: Cluster): Promise<readonly Probe[]> =>
  inParallel(PROBES, async (probe) => {
    const kind = probe.kind === "Secret" ? "OAuth clients' Secrets" : `${probe.kind}s`;
    try {
      const { metadata } = await cluster.dryApply(probe);
      // Their policy is Ignore: an outage shows in that nothing was done.
      const isIgnored = probe.kind === "Secret" && metadata.labels?.[label.oauthClient] === undefined;
      return {
        kind,
        failure: isIgnored
          ? "an OAuth client's Secret is stored as it was sent: the webhook for it did not answer, or is not registered"
          : undefined,
      };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // A refusal is an answer.
      if (/admission webhook "[^"]*kubesphere\.io" denied/.test(error.message)) return { kind, failure: undefined };
      const [failure] = /failed calling webhook "[^"]*kubesphere\.io".*(?= \(HTTP \d+\)$)/s.exec(error.message) ?? [];
      if (failure === undefined) throw error;
      return { kind, failure };
    }
  });

/** As a client asks that knows nothing of the stack: no redirects, no certificates of its own. */
const ask = fetcher({ overrides: [], ca: undefined });

/** What such a client finds at the issuer's discovery document. */
export async function issuer(url: string | undefined): Promise<IssuerAnswer> {
  if (url === undefined) return undefined;
  try {
    const response = await ask(discoveryUrl(url));
    const document = (await response.json().catch(() => undefined)) as { issuer?: unknown } | undefined;
    const said = response.ok ? document?.issuer : undefined;
    return { url, status: response.status, issuer: typeof said === "string" ? said : undefined };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const { code, message } = error;
    return { url, failure: { code, message } };
  }
}

/** As a run asks before it declares anything. */
export async function ksCoreChart(given: StackFacts["ksCoreChart"]): Promise<Facts["ksCoreChart"]> {
  if (given === undefined) return undefined;
  const { chart: url, ...access } = given;
  try {
    await refuseWhatIsNoArchive(url, { path: "kubesphere:ksCore.chart", mend: "" }, access);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { url: maskUrls(url), why: error.allowed };
  }
}

/** What the stack's configuration and state say. Pure. */
import { idOf, targetOf, type Resource } from "../../../sandbox/src/pendingOperations";
import { accessOf, type ChartAccess } from "../../../kubesphere/chart/chartAccess";
import { statedIngress } from "../../shared/statedIngress";
import type { StackFacts } from "./facts";

/** As `pulumi stack export` gives it; secrets stay encrypted. */
export interface ExportedState {
  readonly deployment?: { readonly resources?: readonly (Resource & { readonly outputs?: { readonly issuer?: unknown } })[] };
}

interface Stated {
  readonly ports?: { readonly ingress?: number; readonly ingressHttps?: number; readonly console?: number };
  readonly ksCore?: ChartAccess & { readonly chart?: string };
}

/** @param name as it was given; undefined for the selected stack @param config by key without namespace */
export function stackFacts(name: string | undefined, config: Readonly<Record<string, unknown>>, { deployment }: ExportedState): StackFacts {
  const { ports = {}, ksCore = {} } = config as Stated;
  const resources = deployment?.resources ?? [];
  const issuer = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.issuer;
  const targets = resources.flatMap((resource) => targetOf(resource) ?? []);
  return {
    option: name === undefined ? "" : ` --stack ${name}`,
    declared: new Set(targets.filter((target) => target.isOnMember !== true).map((target) => `${target.kind} ${idOf(target)}`)),
    ports: {
      ingress: ports.ingress ?? 30888,
      console: ports.console ?? 30880,
      ...(ports.ingressHttps !== undefined && { ingressHttps: ports.ingressHttps }),
    },
    ingress: statedIngress(config),
    ksCoreChart: /^https?:/.test(ksCore.chart ?? "") ? { chart: ksCore.chart ?? "", ...accessOf(ksCore) } : undefined,
    issuer: typeof issuer === "string" ? issuer : undefined,
  };
}

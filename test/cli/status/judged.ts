/** Rows of a status as tests judge them. */
import { statusOf } from "../../../cli/status/rows";
import type { Observed } from "../../../cli/status/observed";
import type { Wanted } from "../../../cli/status/wanted";

export const NOW = new Date("2026-01-01T00:10:00Z");
export const rows = (wanted: readonly Wanted[], observed: Observed) =>
  statusOf("prod", { extensions: wanted, members: [] }, observed, NOW).extensions;
export const verdict = (wanted: readonly Wanted[], observed: Observed) =>
  rows(wanted, observed).map(({ health, reasons }) => ({ health, reasons }));
export const good = { health: "asWanted", reasons: [] };

export const deployment = (ready: number, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "extension-demo", labels: { "kubesphere.io/extension-ref": "demo" } },
  spec: { replicas },
  status: { readyReplicas: ready },
});

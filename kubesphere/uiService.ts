/** The Service that answers for an extension's UI, found in its chart. */
import type { Chart } from "./chart";
import { ConfigurationError } from "./errors";
import { evaluate, templateObjects } from "./templates";

export interface UiService {
  readonly name: string;
  readonly port: number;
}

/**
 * The one Service of the chart's own templates with its one port, by name and number as a release with the chart's own
 * values has them.
 * @throws ConfigurationError when there is none, more than one, or one that only rendering can tell.
 */
export function findUiService(chart: Chart): UiService {
  const own = { ...chart, files: chart.files.filter(({ path }) => path.startsWith("templates/")), unread: [] };
  const services = templateObjects(own).filter(({ kinds }) => kinds.includes("Service"));
  const [service] = services;
  if (service === undefined || services.length > 1)
    throw unclear(`${chart.source}/templates`, services.length === 0 ? "no Service" : services.map(({ path }) => path).join(", "));
  const name = service.name === undefined ? undefined : evaluate(service.name, chart);
  if (name === undefined) throw unclear(service.path, `the name ${service.name ?? "is not stated"}`);
  const ports = [...service.text.matchAll(/^\s*(?:- )?port:[ \t]*(.+?)[ \t]*$/gm)].map(([, port = ""]) => port);
  const port = ports.length === 1 ? Number(evaluate(ports[0] ?? "", chart)) : NaN;
  if (!Number.isInteger(port)) throw unclear(service.path, ports.length === 1 ? `the port ${ports[0]}` : `${ports.length} ports`);
  return { name, port };
}

const unclear = (path: string, given: string) =>
  new ConfigurationError({
    path,
    given,
    allowed: "one Service with one port, whose name and number stand in the template or in values.yaml",
    mend: "State the Service of the UI in an extension.yaml beside Chart.yaml: `service: {name: …, port: …}`.",
  });

/** What a stack's configuration may say of the ingress controller, now and by its former name. */
import { z } from "zod";
import type { ImageValue } from "../kubesphere/ingress/controller";
import { CONTROLLER_NAMES, controllerOf, NO_CONTROLLER, type ControllerName } from "../kubesphere/ingress/controllers";
import { fieldAt } from "../kubesphere/chart/renderedObject";
import type { ChartReference } from "../kubesphere/chart/chartSource";
import type { Values } from "../kubesphere/chart/helmValues";
import { chart, refuseChartAccess, refuseDecided } from "./chartSettings";
import { dnsNamed, ENTRY_PORT, entryPort, flag, nodePort, section, values } from "./schema";

const className = dnsNamed("the name of an IngressClass such as nginx. `kubectl get ingressclass` lists them");

const controllers: readonly (ControllerName | typeof NO_CONTROLLER)[] = [...CONTROLLER_NAMES, NO_CONTROLLER];

/** Of a stack that names none. */
const DEFAULT = "ingress-nginx";

const registriesOf = (images: readonly ImageValue[]) => images.flatMap(({ path, holds }) => (holds === "registry" ? [path] : []));

export const ingress = section({
  controller: z.enum(controllers, { error: `${controllers.join(", ")}. Write ${NO_CONTROLLER} where there is one already` }).optional(),
  className: className.optional(),
  ...chart,
  values: values.optional(),
}).superRefine(({ controller = DEFAULT, className: given, values: own = {}, ...from }, context) => {
  if (controller !== NO_CONTROLLER) {
    const { decided, images, chart: pinned } = controllerOf(controller, given);
    refuseChartAccess(pinned.repository ?? pinned.chart)(from, context);
    return refuseDecided({ values: own, path: ["values"], decidedBy: decided, registries: registriesOf(images) }, context);
  }
  for (const [key, value] of Object.entries({ ...from, values: Object.keys(own).length > 0 ? own : undefined }))
    if (value !== undefined)
      context.addIssue({
        code: "custom",
        path: [key],
        message: `nothing beside controller: ${NO_CONTROLLER}, which installs none. Remove it`,
      });
});

/** As it was called before other controllers than ingress-nginx were known. */
export const ingressNginx = section({
  install: flag.optional(),
  className: className.optional(),
  ...chart,
  values: values.optional(),
}).superRefine(({ values: own = {}, ...from }, context) => {
  const { decided, images, chart: pinned } = controllerOf(DEFAULT);
  refuseChartAccess(pinned.repository ?? pinned.chart)(from, context);
  const decidedBy = Object.fromEntries(Object.entries(decided).map(([path, key]) => [path, key.replace(/^ingress\./, "ingressNginx.")]));
  refuseDecided({ values: own, path: ["values"], decidedBy, registries: registriesOf(images) }, context);
});

/** A controller that the program installs listens on NodePorts; told beside whatever else is wrong. */
export const listensOnNodePort = (key: "ingress" | "ingressHttps") => {
  const isTold = (settings: unknown): boolean => {
    const port = fieldAt(settings, "ports", key);
    const isElsewhere =
      fieldAt(settings, "ingress", "controller") === NO_CONTROLLER || fieldAt(settings, "ingressNginx", "install") === false;
    return isElsewhere || !entryPort.safeParse(port).success || nodePort.safeParse(port).success;
  };
  const how = { path: ["ports", key] as PropertyKey[], error: ENTRY_PORT, when: () => true };
  return [isTold, how] as const;
};

/** The ingress controller of a stack. */
export interface IngressSettings {
  /** The key of the configuration that says it. */
  readonly key: "ingress" | "ingressNginx";
  readonly className: string;
  /** Absent where somebody else brings the controller. */
  readonly installed?: InstalledController;
  /** What the former key says of the chart. */
  readonly former?: Omit<GivenChart, "values">;
}

export interface InstalledController extends ChartReference {
  readonly controller: ControllerName;
  readonly values: Values;
}

interface GivenChart extends Omit<ChartReference, "chart"> {
  readonly chart?: string | undefined;
  readonly values?: Values | undefined;
}

interface Given {
  readonly ingress?: z.output<typeof ingress> | undefined;
  readonly ingressNginx?: z.output<typeof ingressNginx> | undefined;
}

/** The engine puts an empty map where a stack says nothing of a key that Pulumi.yaml declares. */
const isGiven = <Section extends object>(section: Section | undefined): section is Section =>
  section !== undefined && Object.keys(section).length > 0;

/** Both at once are refused; neither is ingress-nginx. */
export function ingressSettings({ ingress: now, ingressNginx: formerly }: Given, context: z.core.$RefinementCtx): IngressSettings {
  if (isGiven(now) && isGiven(formerly))
    context.addIssue({
      code: "custom",
      path: ["ingressNginx"],
      message: "nothing beside kubesphere:ingress, as which it was renamed. Remove it",
    });
  if (isGiven(formerly)) {
    const { install = true, className: name = "nginx", values: own, ...former } = formerly;
    return {
      key: "ingressNginx",
      className: name,
      former,
      ...(install && { installed: installed(DEFAULT, name, { ...former, values: own }) }),
    };
  }
  const { controller = DEFAULT, className: given, ...from } = now ?? {};
  if (controller === NO_CONTROLLER) return { key: "ingress", className: given ?? "nginx" };
  const name = given ?? controllerOf(controller).className;
  return { key: "ingress", className: name, installed: installed(controller, name, from) };
}

function installed(
  controller: ControllerName,
  className: string,
  { chart: own, repository, version, values: given = {}, ...access }: GivenChart,
): InstalledController {
  const pinned = controllerOf(controller, className).chart;
  if (own !== undefined) return { controller, chart: own, repository, version, ...access, values: given };
  return {
    ...{ controller, ...access },
    chart: pinned.chart,
    repository: repository ?? pinned.repository,
    version: version ?? pinned.version,
    values: given,
  };
}

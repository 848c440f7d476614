/** Whether Services lead to containers, containers to images, and addresses come: what installs without a word and answers nobody, or waits. */
import { builtInResources } from "../../kubesphere/chart/apiResources";
import { fieldAt, groupOf, isFields, recordsAt, textAt, type Fields, type RenderedObject } from "../../kubesphere/chart/renderedObject";

export interface LooseEnd {
  readonly object: RenderedObject;
  /** What is wrong, as the end of a sentence that begins with the object. */
  readonly found: string;
  readonly mend: string;
  /** What only may go wrong. */
  readonly isRisk?: true;
}

/** @param namespace of objects that name none */
export function looseEnds(objects: readonly RenderedObject[], namespace: string): LooseEnd[] {
  const pods = objects.flatMap((object) => podsOf(object).map((pod) => ({ ...pod, object, namespace: spaceOf(object, namespace) })));
  const isAllRendered = !objects.some(makesPods);
  return [
    ...objects.filter(isSelecting).flatMap((service) => leadsNowhere(service, pods, spaceOf(service, namespace), isAllRendered)),
    ...pods.flatMap(({ object, spec }) => imageFaults(object, spec)),
    ...objects.filter(isBalanced).map(waitsForAddress),
  ];
}

const isBalanced = (object: RenderedObject) =>
  object.kind === "Service" && groupOf(object.apiVersion) === "" && textAt(object, "spec", "type") === "LoadBalancer";

/** The executor's Helm waits for it (`--wait`, with KubeSphere's timeout of ten minutes). */
const waitsForAddress = (object: RenderedObject): LooseEnd => ({
  object,
  found: "is of type LoadBalancer",
  mend: "Where nothing gives it an address, as OpenELB or a cloud does, the install fails after ten minutes: ClusterIP will do for the extension's address.",
  isRisk: true,
});

const spaceOf = ({ metadata }: RenderedObject, namespace: string) => metadata.namespace || namespace;

interface Pod {
  readonly labels: Fields;
  readonly spec: unknown;
}

/** Where workloads keep the Pods that they make. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  "/Pod": [],
  "/ReplicationController": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
  "batch/Job": ["spec", "template"],
};

function podsOf(object: RenderedObject): Pod[] {
  const path = TEMPLATES[`${groupOf(object.apiVersion)}/${object.kind}`];
  if (path === undefined) return [];
  const template = fieldAt(object, ...path);
  const labels = fieldAt(template, "metadata", "labels");
  return [{ labels: isFields(labels) ? labels : {}, spec: fieldAt(template, "spec") }];
}

const builtIn = new Set(builtInResources.map(({ group, kind }) => `${group}/${kind}`));

/** A custom resource may be an operator's order for Pods, with labels that only it knows. */
const makesPods = ({ apiVersion, kind }: RenderedObject) => !builtIn.has(`${groupOf(apiVersion)}/${kind}`);

const selectorOf = (service: RenderedObject): Fields => {
  const selector = fieldAt(service, "spec", "selector");
  return isFields(selector) ? selector : {};
};

const isSelecting = (object: RenderedObject) =>
  object.kind === "Service" && groupOf(object.apiVersion) === "" && Object.keys(selectorOf(object)).length > 0;

function leadsNowhere(
  service: RenderedObject,
  pods: readonly (Pod & { readonly namespace: string })[],
  namespace: string,
  isAllRendered: boolean,
): LooseEnd[] {
  const selector = selectorOf(service);
  const selected = pods.filter(
    (pod) => pod.namespace === namespace && Object.entries(selector).every(([key, value]) => pod.labels[key] === value),
  );
  if (selected.length === 0) {
    if (!isAllRendered) return [];
    const words = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
    return [
      {
        object: service,
        found: `selects ${words.join(", ")}, which no Pod template has as labels`,
        mend: "Nothing would answer there: give both the same labels.",
        // As a leader gets one from its peers.
        ...(pods.some((pod) => mayComeToHave(pod.labels, selector)) && { isRisk: true as const }),
      },
    ];
  }
  const names = selected.flatMap(({ spec }) => portNames(spec));
  const wanted = recordsAt(service, "spec", "ports").map((port) => textAt(port, "targetPort"));
  const missing = wanted.filter((name) => name !== undefined && !/^\d+$/.test(name) && !names.includes(name));
  return missing.map((name) => ({
    object: service,
    found: `leads to the port ${name ?? ""}, which no container of its Pods names; they name ${[...new Set(names)].join(", ") || "none"}`,
    mend: "Nothing would answer there: correct `targetPort`, or name the container's port so.",
    // At its other ports it answers.
    ...(missing.length < wanted.length && { isRisk: true as const }),
  }));
}

/** Whether labels that are given at run time could make it so. */
const mayComeToHave = (labels: Fields, selector: Fields): boolean => {
  const stated = Object.entries(selector).filter(([key]) => labels[key] !== undefined);
  return stated.length > 0 && stated.every(([key, value]) => labels[key] === value);
};

const containersOf = (spec: unknown) => [...recordsAt(spec, "initContainers"), ...recordsAt(spec, "containers")];

const portNames = (spec: unknown) =>
  containersOf(spec).flatMap((container) => recordsAt(container, "ports").flatMap((port) => textAt(port, "name") ?? []));

function imageFaults(object: RenderedObject, spec: unknown): LooseEnd[] {
  return containersOf(spec).flatMap((container): LooseEnd[] => {
    const where = `of the container ${textAt(container, "name") ?? "without a name"}`;
    const image = textAt(container, "image") ?? "";
    if (image === "" || /[:@]$/.test(image) || /^[:/]/.test(image))
      return [
        {
          object,
          found: `has ${image === "" ? "no image" : `the image ${image}, which is none,`} ${where}`,
          mend: "The values that make it up are empty.",
        },
      ];
    const isFixed = image.includes("@") || /:[^/]+$/.test(image);
    return isFixed
      ? []
      : [
          {
            object,
            found: `has the image ${image} without a tag, ${where}`,
            mend: "What it is changes with `latest`: state a tag.",
            isRisk: true,
          },
        ];
  });
}

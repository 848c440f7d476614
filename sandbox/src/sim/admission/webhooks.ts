/**
 * KubeSphere's admission webhooks that the program meets: which they are, with the names, rules and failure policies that the
 * recorded ks-core registers. They call this machine instead of a Service, which has no programs here.
 */
import { CORE_API, EXTENSIONS_API, SYSTEM_NAMESPACE, label } from "../../../../kubesphere/api";
import { PROTECTED } from "../../../../kubesphere/cluster/systemNamespaces";
import type { Cluster } from "../cluster.js";
import { collection, namespaced } from "../names.js";
import { defaultInstallPlan, validateInstallPlan } from "./installPlan.js";
import { defaultBundle, validateBundle } from "./jsBundle.js";
import { defaultClient, validateClient } from "./oauthClient.js";
import { validateDeletion } from "./protector.js";
import type { AdmissionRequest, Review } from "./review.js";
import type { JSBundle, Secret } from "../objects.js";

/** Seconds. KubeSphere's 30 would only keep one waiting for a simulator that does not answer. */
const TIMEOUT = 5;

export interface Webhook {
  kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  /** Of the configuration object, which has no other webhook. */
  configuration: string;
  /** In refusals. */
  name: string;
  path: string;
  /** Part of the registration. */
  target: { rules: object[]; failurePolicy: "Fail" | "Ignore"; objectSelector: object };
  review: Review;
  /** Whether 4.1.2 does not have it. @default false */
  isLater?: boolean;
}

const rules = (api: string, resource: string) => {
  const [apiGroup, apiVersion] = api.includes("/") ? api.split("/") : ["", api];
  return [{ apiGroups: [apiGroup], apiVersions: [apiVersion], operations: ["CREATE", "UPDATE"], resources: [resource], scope: "*" }];
};
const selector = (key: string, operator: string, values?: string[]) => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }],
});

const plans: Webhook["target"] = {
  rules: rules(CORE_API, "installplans"),
  failurePolicy: "Fail",
  objectSelector: selector("app.kubernetes.io/managed-by", "NotIn", ["Helm"]),
};
const bundles: Webhook["target"] = { rules: rules(EXTENSIONS_API, "jsbundles"), failurePolicy: "Fail", objectSelector: {} };
const secrets: Webhook["target"] = {
  rules: rules("v1", "secrets"),
  failurePolicy: "Ignore",
  objectSelector: selector(label.configType, "Exists"),
};

/** Namespaces alone: the sandbox has no other WorkspaceTemplate than the system's, which goes with the release. */
const protectedOnes: Webhook["target"] = {
  rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["namespaces"], scope: "*" }],
  failurePolicy: "Ignore",
  objectSelector: selector(Object.keys(PROTECTED)[0] ?? "", "Exists"),
};

export function webhooks(cluster: Cluster): Webhook[] {
  const mutating = (configuration: string, name: string, target: Webhook["target"], review: Review): Webhook => {
    return { kind: "MutatingWebhookConfiguration", configuration, name, path: `/mutate/${name}`, target, review };
  };
  const validating = (configuration: string, name: string, target: Webhook["target"], review: Review): Webhook => {
    return { kind: "ValidatingWebhookConfiguration", configuration, name, path: `/validate/${name}`, target, review };
  };
  const clients = () => cluster.list<Secret>(namespaced("v1", SYSTEM_NAMESPACE, "secrets"), label.configType);
  return [
    mutating("defaulter.installplan.kubesphere.io", "installplans.kubesphere.io", plans, defaultInstallPlan),
    validating("validator.installplan.kubesphere.io", "installplans.kubesphere.io", plans, validateInstallPlan),
    mutating("extensions.kubesphere.io", "jsbundles.extensions.kubesphere.io", bundles, defaultBundle),
    validating("extensions.kubesphere.io", "jsbundles.extensions.kubesphere.io", bundles, async (request: AdmissionRequest<JSBundle>) =>
      validateBundle(request, await cluster.list<JSBundle>(collection.jsBundles)),
    ),
    mutating("defaulter.config.kubesphere.io", "defaulter.config.kubesphere.io", secrets, defaultClient),
    validating("validator.config.kubesphere.io", "validator.config.kubesphere.io", secrets, async (request: AdmissionRequest<Secret>) =>
      validateClient(request, await clients()),
    ),
    { ...validating("protector.kubesphere.io", "protector.kubesphere.io", protectedOnes, validateDeletion), isLater: true },
  ];
}

/** @param caBundle PEM */
export const registration = ({ configuration, name, path, target }: Webhook, url: string, caBundle: string) => ({
  metadata: { name: configuration },
  webhooks: [
    {
      ...{ name, ...target, matchPolicy: "Exact", sideEffects: "None", admissionReviewVersions: ["v1"], timeoutSeconds: TIMEOUT },
      clientConfig: { url: `${url}${path}`, caBundle: Buffer.from(caBundle).toString("base64") },
    },
  ],
});

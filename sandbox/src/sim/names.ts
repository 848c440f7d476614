/** API paths and the names that exist only in the sandbox. */
import { CLUSTER_API, CORE_API, EXTENSIONS_API, SYSTEM_NAMESPACE } from "../../../kubesphere/api";

/** The KubeSphere whose recorded behaviour the simulator follows; what `ksVersion` ranges are matched against. */
export const KUBESPHERE_VERSION = "4.1.2";

/** Pods of the stand-ins carry this scheduling gate, so that kwok leaves them pending until the simulator has done their work. */
export const SCHEDULING_GATE = "sandbox.kubesphere-luban/kubesphere-sim";
/** On such a pod: what its work would be. It only narrows what is looked at: anybody can write a label. */
export const TASK_LABEL = "sandbox.kubesphere-luban/task";
export type Task = "helm" | "remove-crds" | "apply-crds";

/** Whether Kubernetes takes it for the name of a namespace, and KubeSphere for an extension's. */
export const isLabel = (text: string) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);

/** On a Repository. */
export const REPOSITORY_FINALIZER = "kubesphere.io/repository-protection";

/** `spec.controller` of the IngressClasses that the ingress entry serves. */
export const INGRESS_CONTROLLERS: readonly string[] = ["k8s.io/ingress-nginx", "traefik.io/ingress-controller"];

/** By `app.kubernetes.io/name` of a controller's Service, the names of its ports. */
export const INGRESS_PORTS: Readonly<Record<string, { readonly http: string; readonly https: string }>> = {
  "ingress-nginx": { http: "http", https: "https" },
  traefik: { http: "web", https: "websecure" },
};

const core = (plural: string) => `/apis/${CORE_API}/${plural}`;
const extensions = (plural: string) => `/apis/${EXTENSIONS_API}/${plural}`;

/** Cluster: the host itself, and each member. */
export const CLUSTER_CRD = "clusters.cluster.kubesphere.io";
/** Holds a Cluster until its member has been told that it is none any more. */
export const CLUSTER_FINALIZER = "finalizer.cluster.kubesphere.io";
/** On the host's Cluster. */
export const HOST_LABEL = "cluster-role.kubesphere.io/host";
/** The Deployment of KubeSphere on a member. */
export const KS_AGENT = "ks-agent";

const iam = (plural: string) => `/apis/iam.kubesphere.io/v1beta1/${plural}`;
const tenant = (plural: string) => `/apis/tenant.kubesphere.io/v1beta1/${plural}`;

export const collection = {
  crds: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  extensions: core("extensions"),
  extensionVersions: core("extensionversions"),
  installPlans: core("installplans"),
  repositories: core("repositories"),
  jsBundles: extensions("jsbundles"),
  clusters: `/apis/${CLUSTER_API}/clusters`,
  workspaces: tenant("workspaces"),
  workspaceTemplates: tenant("workspacetemplates"),
  iamClusterRoles: iam("clusterroles"),
  globalRoles: iam("globalroles"),
  namespaces: "/api/v1/namespaces",
  deployments: "/apis/apps/v1/deployments",
  persistentVolumeClaims: "/api/v1/persistentvolumeclaims",
  persistentVolumes: "/api/v1/persistentvolumes",
  nodes: "/api/v1/nodes",
  pods: "/api/v1/pods",
  storageClasses: "/apis/storage.k8s.io/v1/storageclasses",
  jobs: "/apis/batch/v1/jobs",
  services: "/api/v1/services",
  endpointSlices: "/apis/discovery.k8s.io/v1/endpointslices",
  ingresses: "/apis/networking.k8s.io/v1/ingresses",
  ingressClasses: "/apis/networking.k8s.io/v1/ingressclasses",
} as const;

/** What `enabled` of an InstallPlan switches between Available and Disabled. */
export const SWITCHED = ["jsbundles", "apiservices", "reverseproxies", "extensionentries"].map(extensions);

/** A collection of one namespace, or one object in it. */
export const namespaced = (api: "v1" | "batch/v1" | "rbac.authorization.k8s.io/v1", namespace: string, plural: string, name?: string) =>
  `${api === "v1" ? "/api" : "/apis"}/${api}/namespaces/${namespace}/${plural}${name === undefined ? "" : `/${name}`}`;

/** ks-core's settings as its controllers read them. */
export const CONFIG_PATH = namespaced("v1", SYSTEM_NAMESPACE, "configmaps", "kubesphere-config");
/** A stand-in chart's own: key `password` is the administrator's, plain or as a bcrypt hash. The real chart puts it into a User. */
export const ADMIN_SECRET = "kubesphere-admin";

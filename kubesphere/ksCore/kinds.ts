/** The kinds of ks-core's own CRDs, those of 4.1.2 and of 4.1.3 (the folder `crds` of its chart). Extensions have others in groups of the same ending. Pure. */

/** By their group's part before `kubesphere.io`. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "": ["categories", "extensions", "extensionversions", "installplans", "repositories", "serviceaccounts"],
  "application.": ["applicationreleases", "applications", "applicationversions", "categories", "repos"],
  "cluster.": ["clusters", "labels"],
  "extensions.": ["apiservices", "extensionentries", "jsbundles", "reverseproxies"],
  "gateway.": ["ingressclassscopes"],
  "iam.": [
    ...["builtinroles", "categories", "clusterrolebindings", "clusterroles", "globalrolebindings", "globalroles", "groupbindings"],
    ...["groups", "loginrecords", "rolebindings", "roles", "roletemplates", "users", "workspacerolebindings", "workspaceroles"],
  ],
  "quota.": ["resourcequotas"],
  "storage.": ["provisionercapabilities", "storageclasscapabilities"],
  "tenant.": ["workspaces", "workspacetemplates"],
};

/** The names of the CRDs. The chart has another one, `applications.app.k8s.io`, which is another project's. */
const NAMES: ReadonlySet<string> = new Set(
  Object.entries(KINDS).flatMap(([group, plurals]) => plurals.map((plural) => `${plural}.${group}kubesphere.io`)),
);

/** @param crd its name */
export const isKsCoreKind = (crd: string): boolean => NAMES.has(crd);

/** Whether a CRD is in a group of KubeSphere's: ks-core's, or an extension's. @param crd its name */
export const isOfKubeSphere = (crd: string): boolean => crd.endsWith(".kubesphere.io");

/** Keeps Extensions' finalizer and status; deleting one deletes its versions and leaves what is installed. */
import { finalizer, label } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { isGoing, letGo, type Crd } from "./crdRemoval.js";
import { extensionStatus, type Platform } from "./extensionStatus.js";
import type { Informer } from "./informer.js";
import { collection } from "./names.js";
import type { Extension, ExtensionVersion, InstallPlan } from "./objects.js";
import { Queue } from "./queue.js";
import { statusPatch } from "./statusPatch.js";

interface Sources {
  crds: Informer<Crd>;
  extensions: Informer<Extension>;
  versions: Informer<ExtensionVersion>;
  plans: Informer<InstallPlan>;
}

export function extensionController(cluster: Cluster, { crds, extensions, versions, plans }: Sources, platform: Platform): Queue {
  const queue = new Queue("Extension", reconcile);
  const versionsOf = (name: string) => versions.items.filter(({ metadata }) => metadata.labels?.[label.extensionRef] === name);

  async function reconcile(name: string): Promise<void> {
    const path = `${collection.extensions}/${name}`;
    const extension = await ifFound(cluster.get<Extension>(path));
    if (!extension) return;
    if (isGoing(crds, "extensions.kubesphere.io")) return letGo(cluster, path, extension);
    const { resourceVersion, deletionTimestamp, finalizers = [] } = extension.metadata;
    const isHeld = finalizers.includes(finalizer.extension);
    if (deletionTimestamp !== undefined) {
      if (!isHeld) return;
      for (const { metadata } of await cluster.list(collection.extensionVersions, `${label.extensionRef}=${name}`))
        await cluster.delete(`${collection.extensionVersions}/${metadata.name}`);
      await cluster.patch(path, { metadata: { resourceVersion, finalizers: finalizers.filter((it) => it !== finalizer.extension) } });
      return;
    }
    if (!isHeld) {
      await cluster.patch(path, { metadata: { resourceVersion, finalizers: [...finalizers, finalizer.extension] } });
      return;
    }
    const plan = plans.items.find(({ spec }) => spec.extension.name === name);
    const patch = statusPatch(extension, extensionStatus(versionsOf(name), plan, platform));
    if (patch) await cluster.patch(path, patch);
  }

  crds.onChange(({ metadata }) => {
    if (metadata.name === "extensions.kubesphere.io") for (const { metadata: it } of extensions.items) queue.add(it.name);
  });
  extensions.onChange(({ metadata }) => {
    queue.add(metadata.name);
  });
  versions.onChange(({ metadata }) => {
    const name = metadata.labels?.[label.extensionRef];
    if (name !== undefined) queue.add(name);
  });
  plans.onChange(({ spec }) => {
    queue.add(spec.extension.name);
  });
  return queue;
}

/** The webhooks of JSBundles, as recorded from KubeSphere 4.1.2. */
import { bundleLink, label } from "../../../../kubesphere/api";
import type { JSBundle } from "../objects.js";
import { Denied, type AdmissionRequest, type Verdict } from "./review.js";

/** An extension's bundle without a link gets the extension's own. */
export function defaultBundle({ object }: AdmissionRequest<JSBundle>): Verdict {
  const extension = object.metadata.labels?.[label.extensionRef];
  const { status = {} } = object;
  const link = status.link || (extension && bundleLink(extension));
  const defaulted: JSBundle = { ...object, spec: { rawFrom: {}, ...object.spec }, status: { ...status, ...(link && { link }) } };
  return { object: defaulted };
}

/** @param others all bundles that there are */
export function validateBundle({ object }: AdmissionRequest<JSBundle>, others: readonly JSBundle[]): Verdict {
  const { metadata, status } = object;
  const extension = metadata.labels?.[label.extensionRef];
  const link = status?.link;
  if (!link) return {};
  // Without the closing slash, as in KubeSphere.
  if (extension && !link.startsWith(`/dist/${extension}`))
    throw new Denied(`the prefix of status.link must be in the format /dist/${extension}/`);
  if (others.some((other) => other.metadata.name !== metadata.name && other.status?.link === link))
    throw new Denied(`JSBundle ${link} is already exists`);
  return {};
}

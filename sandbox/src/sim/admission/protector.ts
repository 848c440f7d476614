/** The webhook of KubeSphere 4.1.3 that keeps namespaces of the system from being deleted; as its sources have it. */
import { PROTECTED } from "../../../../kubesphere/cluster/systemNamespaces";
import type { KubeObject } from "../objects.js";
import { Denied, type AdmissionRequest, type Verdict } from "./review.js";

/** Of a deletion the API server sends the object that goes as the old one. */
export function validateDeletion({ oldObject }: AdmissionRequest<KubeObject>): Verdict {
  const labels = oldObject?.metadata.labels ?? {};
  if (Object.entries(PROTECTED).every(([key, value]) => labels[key] === value)) throw new Denied("this resource may not be deleted");
  return {};
}

/** Kubernetes' admission review: the question, and the answer in its terms. */
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../objects.js";

export interface AdmissionRequest<T extends KubeObject = KubeObject> {
  uid: string;
  namespace?: string;
  object: T;
  /** Null when the object is new. */
  oldObject: T | null;
}

/** A refusal; the API server puts the webhook's name before its message. */
export class Denied extends Error {}

/** What a webhook makes of a request: another object, or warnings for whoever sent it. */
export interface Verdict {
  object?: KubeObject;
  warnings?: string[];
}

/** @throws Denied */
export type Review = (request: AdmissionRequest<never>) => Verdict | Promise<Verdict>;

/** The `response` of an AdmissionReview. */
export async function respond(review: Review, request: AdmissionRequest): Promise<object> {
  try {
    const { object, warnings } = await review(request as AdmissionRequest<never>);
    const patch = object ? patchBetween(request.object, object) : [];
    return {
      uid: request.uid,
      allowed: true,
      ...(warnings && { warnings }),
      ...(patch.length > 0 && { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") }),
    };
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    return { uid: request.uid, allowed: false, status: { code: 403, reason: "Forbidden", message: error.message } };
  }
}

/** The webhooks write whole fields; of the metadata, the labels only. */
function patchBetween(from: KubeObject, to: KubeObject): object[] {
  const fields = ({ metadata, ...rest }: KubeObject) => ({ ...rest, "metadata/labels": metadata.labels }) as Record<string, unknown>;
  const before = fields(from);
  return Object.entries(fields(to)).flatMap(([path, value]) =>
    value === undefined || isDeepStrictEqual(value, before[path]) ? [] : [{ op: "add", path: `/${path}`, value }],
  );
}

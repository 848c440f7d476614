/** What ks-apiserver answers for the front-end modules of extensions, as recorded from KubeSphere 4.1.2. */
import type { JSBundle } from "./objects.js";

export interface Answer {
  status: number;
  contentType?: string;
  headers?: Record<string, string | string[]>;
  body: Buffer | string;
}

const JAVASCRIPT = "application/javascript; charset=utf-8";
const NOT_FOUND: Answer = { status: 404, contentType: "text/plain; charset=utf-8", body: "404: Page Not Found" };

const unavailable = (message: string) =>
  JSON.stringify({ ErrStatus: { metadata: {}, status: "Failure", message, reason: "ServiceUnavailable", code: 503 } }, null, 2);

/** To whom has not signed in; only `/dist/` and a few other paths are open to everybody. */
export const forbidden = (path: string): Answer => ({
  status: 403,
  contentType: "application/json",
  body: `${JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `forbidden: User "system:anonymous" cannot GET path "${path}"`,
    reason: "Forbidden",
    details: {},
    code: 403,
  })}\n`,
});

/** Content of one key of a ConfigMap or Secret: undefined without the object, empty without the key. */
export type ReadKey = (
  kind: "configMap" | "secret",
  reference: { name: string; namespace: string; key: string },
) => Promise<Buffer | undefined>;

/** @param path without query, as the apiserver sees it: the console strips `/pstatic`. */
export async function bundleAnswer(path: string, bundles: readonly JSBundle[], read: ReadKey): Promise<Answer> {
  if (!path.startsWith("/dist/")) return forbidden(path);
  const bundle = bundles.find(({ status }) => status?.state === "Available" && status.link === path);
  if (!bundle) return NOT_FOUND;
  const { raw, rawFrom = {} } = bundle.spec;
  if (raw !== undefined) return { status: 200, contentType: JAVASCRIPT, body: decodeTwice(raw) };
  for (const kind of ["configMap", "secret"] as const) {
    const reference = rawFrom[`${kind}KeyRef`];
    if (!reference) continue;
    const body = await read(kind, reference);
    return body
      ? { status: 200, contentType: JAVASCRIPT, body }
      : { status: 503, contentType: "application/json", body: unavailable(`failed to fetch content from ${kind}`) };
  }
  if (rawFrom.url !== undefined || rawFrom.service)
    return {
      status: 503,
      contentType: "application/json",
      body: unavailable("the sandbox's stand-in of ks-apiserver does not proxy bundles"),
    };
  return { ...NOT_FOUND, contentType: JAVASCRIPT };
}

/** KubeSphere decodes what is already decoded once more; where that fails it has begun to answer, and the error comes after what it had. */
function decodeTwice(raw: string): Buffer {
  const text = Buffer.from(raw, "base64").toString().trimEnd();
  const [valid = ""] = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text) ?? [];
  const decoded = Buffer.from(valid, "base64");
  return valid === text ? decoded : Buffer.concat([decoded, Buffer.from(unavailable("failed to decode raw content"))]);
}

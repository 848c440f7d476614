/** The dispatch of ks-apiserver to members, as its sources have it: a stand-in that answers kindlier hides what `luban verify` is for. */
import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import { versions } from "../../../sandbox/src/sim/multicluster.js";
import type { Tokens } from "../../../sandbox/src/sim/oauth/tokens.js";

const SYSTEM = "namespaces/kubesphere-system";
const config = (jwtSecret: string) => ({
  data: { "kubesphere.yaml": JSON.stringify({ authentication: { issuer: { url: "http://ks", jwtSecret } } }) },
});
const deployment = (version: string, readyReplicas = 1) => ({ metadata: { labels: { version } }, status: { readyReplicas } });
const side = (objects: Readonly<Record<string, object>>, server = "https://edge:6443") => ({
  server,
  get: <T>(path: string) => (objects[path] ? Promise.resolve(objects[path] as T) : Promise.reject(new ApiError(404, `${path} not found`))),
  list: () => Promise.resolve([]),
});
const CONFIG = `/api/v1/${SYSTEM}/configmaps/kubesphere-config`;
const cluster = (labels: object, ready: string) => ({ metadata: { labels }, status: { conditions: [{ type: "Ready", status: ready }] } });
const host = side({
  [CONFIG]: config("secret"),
  [`/apis/apps/v1/${SYSTEM}/deployments/ks-apiserver`]: deployment("v4.1.3"),
  "/version": { gitVersion: "v1.37.2" },
  "/apis/cluster.kubesphere.io/v1alpha1/clusters/host": cluster({ "cluster-role.kubesphere.io/host": "" }, "True"),
  "/apis/cluster.kubesphere.io/v1alpha1/clusters/edge": cluster({}, "True"),
  "/apis/cluster.kubesphere.io/v1alpha1/clusters/lost": cluster({}, "False"),
});
const MEMBER = {
  [CONFIG]: config("secret"),
  [`/api/v1/${SYSTEM}/services/ks-apiserver`]: {},
  [`/apis/apps/v1/${SYSTEM}/deployments/ks-agent`]: deployment("v4.1.2"),
  "/version": { gitVersion: "v1.36.0" },
};
const tokens = {
  verify: (_issuer: object, _kind: string, token: string) => Promise.resolve(token === "a.b.c" ? {} : undefined),
} as unknown as Tokens;

async function ask(path: string, member: object = MEMBER, authorization: string | undefined = "Bearer a.b.c") {
  const connected = "get" in member ? member : side(member as Record<string, object>);
  const answer = await versions(host, tokens, () => Promise.resolve(connected as ReturnType<typeof side>))({
    ...{ method: "GET", host: "ks", path, query: new URLSearchParams(), body: "" },
    headers: authorization === "" ? {} : { authorization },
  });
  const said = JSON.parse(String(answer?.body ?? "{}")) as { gitVersion?: string; message?: string; ErrStatus?: { message: string } };
  return [answer?.status, said.gitVersion ?? said.message ?? said.ErrStatus?.message];
}

const EDGE = "/clusters/edge/kapis/version";

test("the version of the host, by both of its paths, and of a member", async () => {
  expect(await ask("/kapis/version")).toEqual([200, "v4.1.3"]);
  expect(await ask("/clusters/host/kapis/version")).toEqual([200, "v4.1.3"]);
  expect(await ask(EDGE)).toEqual([200, "v4.1.2"]);
  expect((await ask("/clusters/edge/kapis/other"))[0]).toBeUndefined();
});

test.each<[what: string, path: string, member: object, answer: [number, string]]>([
  ["an unknown cluster", "/clusters/far/kapis/version", MEMBER, [400, "cluster far not exists"]],
  ["a cluster that the manager has not reached", "/clusters/lost/kapis/version", MEMBER, [503, "cluster lost is not ready"]],
  [
    "a member whose API server is gone",
    EDGE,
    { ...side({}), get: () => Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })) },
    [502, "Error while proxying request: dial tcp edge:6443: connect: connection refused"],
  ],
  ["a member without ks-core", EDGE, {}, [404, `/api/v1/${SYSTEM}/services/ks-apiserver not found`]],
  [
    "a member without a ready Pod",
    EDGE,
    { ...MEMBER, [`/apis/apps/v1/${SYSTEM}/deployments/ks-agent`]: deployment("v4.1.2", 0) },
    [503, 'no endpoints available for service ":ks-apiserver:"'],
  ],
  [
    "a member with another secret",
    EDGE,
    { ...MEMBER, [CONFIG]: config("other") },
    [511, "The request could not be authenticated due to a system issue."],
  ],
])("%s gets the error that KubeSphere has for it", async (_, path, member, answer) => {
  expect(await ask(path, member)).toEqual(answer);
});

test("who has not signed in, or with a token that is none", async () => {
  const forbidden = [403, 'forbidden: User "system:anonymous" cannot GET path "/kapis/version"'];
  expect([await ask(EDGE, MEMBER, ""), await ask("/kapis/version", MEMBER, "")]).toEqual([forbidden, forbidden]);
  expect((await ask(EDGE, MEMBER, "Bearer x.y.z"))[0]).toBe(401);
});

/** What joins the wrong cluster, or none, is refused by nobody else: KubeSphere takes every kubeconfig. */
import type { Problem } from "../../../kubesphere/errors";
import { describeProblem } from "../../../kubesphere/errors";
import { judgeMembers, type FoundMember, type HostFacts, type MemberFacts, type Unreachable } from "../../../kubesphere/member/memberCheck";
import type { StoredCluster } from "../../../kubesphere/member/storedCluster";

const NOW = new Date("2026-11-29T12:00:00Z");
const FACTS: MemberFacts = { isAdministrator: true, uid: "uid-edge", namespaces: [], hasManager: false };
const member = (facts: Partial<MemberFacts> | Unreachable = {}, rest: Partial<FoundMember> = {}): FoundMember => ({
  ...{
    name: "edge",
    path: "kubesphere:memberClusters[0].kubeconfig",
    server: "https://edge:6443",
    kubeconfig: "a3ViZQ==",
    validTo: undefined,
    isSandbox: false,
  },
  facts: "unreachable" in facts ? facts : { ...FACTS, ...facts },
  ...rest,
});
const READY = { nodeCount: 2, conditions: [{ type: "Ready", status: "True" }] };
const cluster = (name: string, status: StoredCluster["status"] = {}, kubeconfig?: string): StoredCluster => ({
  metadata: { name },
  spec: { connection: { ...(kubeconfig !== undefined && { kubeconfig }) } },
  status,
});
const host = (...clusters: StoredCluster[]): HostFacts => ({ uid: "uid-host", clusters });
const told = (members: FoundMember | readonly FoundMember[], of = host()) =>
  judgeMembers([members].flat(), of, NOW).problems.map((it: Problem) => describeProblem(it).replace("kubesphere:memberClusters", ""));
const standing = (of: FoundMember, on: HostFacts) => judgeMembers([of], on, NOW);

const AWAY = { unreachable: "connect ECONNREFUSED 10.0.0.2:6443" };
const JOINED_ELSEWHERE = {
  name: "kubesphere-system",
  annotations: { "cluster.kubesphere.io/name": "m1", "cluster.kubesphere.io/host-cluster": "host" },
};

test("a cluster that is no member yet is taken", () => {
  expect(standing(member(), host())).toEqual({ problems: [], standings: [{ uid: "uid-edge", isFirst: true }] });
});

test("only the first member of a host costs a wait for what its first Ready brings about", () => {
  const ofHost: StoredCluster = { metadata: { name: "host", labels: { "cluster-role.kubesphere.io/host": "" } }, status: READY };
  const others = [member(), member({ uid: "uid-lab" }, { name: "lab" })];
  const first = (members: readonly FoundMember[], ...clusters: StoredCluster[]) => {
    const { standings, problems } = judgeMembers(members, host(ofHost, ...clusters), NOW);
    return [problems.length, ...standings.map(({ isFirst }) => isFirst)];
  };
  expect(first(others)).toEqual([0, true, false]);
  expect(first(others, cluster("lab", { ...READY, uid: "uid-lab" }))).toEqual([0, false, false]);
  expect(first(others, cluster("by hand", { ...READY, uid: "uid-hand" }))).toEqual([0, false, false]);
  // Half-way: an earlier run was cut off. One that is away does not turn Ready.
  const away = [member(AWAY), ...others.slice(1)];
  expect(first([member({ namespaces: [JOINED_ELSEWHERE] }), ...others.slice(1)], cluster("edge"))).toEqual([0, true, false]);
  expect(first(away, cluster("edge", { uid: "uid-edge" }, "a3ViZQ=="))).toEqual([0, false, true]);
});

test("another cluster behind a member's name would get no ks-core: it replaces the member", () => {
  expect(standing(member(), host(cluster("edge", { ...READY, uid: "uid-former" })))).toEqual({
    problems: [],
    standings: [{ uid: "uid-edge", isFirst: false, replaces: "uid-former" }],
  });
});

test("a member that is away would keep a stack from all other changes, if only its kubeconfig is the one that has been good", () => {
  const joined = host(cluster("edge", { ...READY, uid: "uid-edge" }, "a3ViZQ=="));
  expect(standing(member(AWAY), joined)).toEqual({
    problems: [],
    standings: [{ uid: "uid-edge", isFirst: false, away: "https://edge:6443: connect ECONNREFUSED 10.0.0.2:6443" }],
  });
  const refusal =
    '[0].kubeconfig: "https://edge:6443: connect ECONNREFUSED 10.0.0.2:6443" is not allowed; allowed: a cluster that answers. ' +
    "Is the cluster up, the address right, the network there, the login still valid? KubeSphere's manager must reach it, too.";
  expect(told(member(AWAY, { kubeconfig: "b3RoZXI=" }), joined)).toEqual([refusal]);
  expect(told(member(AWAY))).toEqual([refusal]);
});

test.each<[what: string, told: string[], line: string]>([
  [
    "a user without rights",
    told(member({ isAdministrator: false })),
    '[0].kubeconfig: "a user of https://edge:6443 who may not do everything" is not allowed; allowed: an administrator of the member, since KubeSphere installs itself there. Bind the user to the ClusterRole cluster-admin on the member.',
  ],
  [
    "the host itself",
    told(member({ uid: "uid-host" })),
    '[0].kubeconfig: "https://edge:6443, which is the host itself" is not allowed; allowed: another cluster than the host. Write the kubeconfig of the member.',
  ],
  [
    "one cluster twice",
    told([member(), member({}, { name: "lyon", path: "kubesphere:memberClusters[1].kubeconfig", server: "https://10.0.0.2:6443" })]),
    '[1].kubeconfig: "https://10.0.0.2:6443, which is the same cluster as edge" is not allowed; allowed: a cluster of its own for each member. Keep one of the two.',
  ],
  [
    "a member under another name",
    told(member(), host(cluster("former", { uid: "uid-edge" }))),
    '[0].kubeconfig: "https://edge:6443, which this host has as former" is not allowed; allowed: a cluster that is no member yet. A member keeps its name: write former, or remove that one, run `pulumi up`, and add it under its new name then.',
  ],
  [
    "another host's member",
    told(member({ namespaces: [JOINED_ELSEWHERE] })),
    '[0].kubeconfig: "https://edge:6443, which is m1 of another host (host)" is not allowed; allowed: a cluster without a host. Remove it from that host. If that is gone, on the member: `kubectl annotate namespace kubesphere-system cluster.kubesphere.io/name- cluster.kubesphere.io/host-cluster-`.',
  ],
  [
    "another host's member in the place of one of ours",
    told(member({ namespaces: [JOINED_ELSEWHERE] }), host(cluster("edge", { ...READY, uid: "uid-former" }))),
    '[0].kubeconfig: "https://edge:6443, which is m1 of another host (host)" is not allowed; allowed: a cluster without a host. Remove it from that host. If that is gone, on the member: `kubectl annotate namespace kubesphere-system cluster.kubesphere.io/name- cluster.kubesphere.io/host-cluster-`.',
  ],
  [
    "a host",
    told(member({ hasManager: true, namespaces: [{ name: "kubesphere-system" }] })),
    '[0].kubeconfig: "https://edge:6443, which has a KubeSphere of its own (Deployment ks-controller-manager, not ks-agent)" is not allowed; allowed: a cluster without one, as a host would become a member. Uninstall that KubeSphere first, or write the kubeconfig of another cluster.',
  ],
  [
    "a certificate that KubeSphere would replace, and so change what is declared",
    told(member({}, { validTo: new Date("2026-12-06T12:00:00Z") })),
    '[0].kubeconfig: "a client certificate that is valid until 2026-12-06" is not allowed; allowed: one that is valid for more than a week, since KubeSphere would put another kubeconfig in the place of this one. Renew the certificate, or write a kubeconfig with a token.',
  ],
])("%s is refused", (_what, lines, line) => {
  expect(lines).toEqual([line]);
});

test("a certificate of eight days is none of KubeSphere's concern", () => {
  expect(told(member({}, { validTo: new Date("2026-12-07T12:00:00Z") }))).toEqual([]);
});

/** A member that is away, or falls behind, is told: its Cluster object stays Ready for a quarter of an hour. */
import { asPage } from "../../../cli/status/page";
import { statusOf } from "../../../cli/status/rows";
import { asText } from "../../../cli/status/text";
import { changes } from "../../../cli/status/changes";
import type { HostCluster, MemberAnswer } from "../../../cli/shared/members";
import { answering, HOST, joined, notReady, seen } from "../../support/clusters";
import { NOW } from "./judged";
import { NOTHING } from "./recorded";

const LOOKED = "2026-01-01T00:01:00Z";
const REFUSED = "https://edge:6443: connect ECONNREFUSED 192.0.2.1:6443";

const status = (members: readonly string[], ...all: (readonly [HostCluster, MemberAnswer?])[]) =>
  statusOf(
    "prod",
    { extensions: [], members },
    { ...NOTHING, clusters: [HOST, ...all.map(([object]) => object)], members: all.map(([object, answer]) => seen(object, answer)) },
    NOW,
    " --stack prod",
  );

test("a member is told whole, and nothing of its kubeconfig", () => {
  const edge = joined("edge", LOOKED, {
    metadata: { annotations: { ...joined("edge", LOOKED).metadata.annotations, "kubesphere.io/alias-name": "Edge, Lyon" } },
  });
  const now = status(["edge"], [edge]);
  expect(now).toMatchObject({
    health: "asWanted",
    members: [
      {
        ...{ name: "edge", displayName: "Edge, Lyon", ofStack: true, health: "asWanted", reasons: [], ready: "True", lookedAt: LOOKED },
        ...{ answers: true, kubeSphereVersion: "v4.1.3", kubernetesVersion: "v1.37.2", nodes: 2, agent: { ready: 1, wanted: 1 } },
      },
    ],
  });
  expect(JSON.stringify(now)).not.toContain("kubeconfig");
  expect(asText(now)).toBe(`prod: as wanted (0 extensions; 2026-01-01 00:10:00 UTC)

MEMBER             HEALTH     READY  LOOKED AT  ANSWERS  KUBESPHERE  AGENT  NODES
edge (Edge, Lyon)  as wanted  yes    9 min ago  yes      v4.1.3      1/1    2`);
});

test.each<[what: string, cluster: HostCluster, answer: MemberAnswer, health: string, reasons: string[]]>([
  [
    "is away, while the host says Ready",
    joined("edge", LOOKED),
    { silent: REFUSED },
    "differs",
    [`It does not answer from here: ${REFUSED}. KubeSphere says that it is Ready, as it was 9 min ago; it looks every 15 minutes.`],
  ],
  [
    "is away, as the host knows",
    joined("edge", LOOKED, { status: notReady(LOOKED, "connection refused") }),
    { silent: REFUSED },
    "differs",
    ["KubeSphere's manager does not reach it: connection refused.", `It does not answer from here: ${REFUSED}.`],
  ],
  [
    "has not joined yet",
    joined("edge", LOOKED, { metadata: { annotations: {} }, status: { conditions: [] } }),
    answering("edge", "host", { agent: undefined }),
    "rollingOut",
    [
      "KubeSphere installs ks-core on it; what keeps it from that stands in the manager's log alone: kubectl --namespace kubesphere-system logs deployment/ks-controller-manager.",
    ],
  ],
  [
    "has lost its KubeSphere",
    joined("edge", LOOKED),
    answering("edge", "host", { agent: undefined }),
    "differs",
    ["KubeSphere is no longer installed on it, and the host does not notice."],
  ],
  [
    "has a KubeSphere that is down",
    joined("edge", LOOKED),
    answering("edge", "host", { agent: { ready: 0, wanted: 1 } }),
    "differs",
    ["KubeSphere on it does not answer: 0 of 1 pods of ks-agent are ready."],
  ],
  [
    "is another cluster now",
    joined("edge", LOOKED),
    answering("edge", "host", { uid: "uid-new" }),
    "differs",
    [
      "Another cluster answers in its place (uid-new, and not uid-edge), on which KubeSphere installs nothing. `pulumi up --stack prod` takes it in.",
    ],
  ],
  [
    "was not upgraded with the host",
    joined("edge", LOOKED, { status: { kubeSphereVersion: "v4.1.2" } }),
    answering("edge"),
    "differs",
    [
      "KubeSphere on it is v4.1.2, and v4.1.3 on the host. `pulumi up --stack prod` upgrades a member of the stack, unless its values pin older images.",
    ],
  ],
  [
    "is leaving",
    joined("edge", LOOKED, { metadata: { deletionTimestamp: LOOKED } }),
    { silent: REFUSED },
    "rollingOut",
    ["It is being taken out."],
  ],
])("a member that %s is not taken for a good one", (_, cluster, answer, health, reasons) => {
  const now = status(["edge"], [cluster, answer]);
  expect(now).toMatchObject({ health, members: [{ name: "edge", health, reasons }] });
  for (const reason of reasons) expect(asText(now).replaceAll(/\s+/g, " ")).toContain(`! edge: ${reason}`);
});

test("a member of nobody's stack counts for nothing, and one that is still to join differs", () => {
  const now = status(["west"], [joined("edge", LOOKED), { silent: REFUSED }]);
  expect(now.members.map(({ name, ofStack, health }) => ({ name, ofStack, health }))).toEqual([
    { name: "west", ofStack: true, health: "differs" },
    { name: "edge", ofStack: false, health: "differs" },
  ]);
  expect(now.members[0]?.reasons).toEqual(["It is no member yet. `pulumi up --stack prod` joins it."]);
  expect(status([], [joined("edge", LOOKED), { silent: REFUSED }]).health).toBe("asWanted");
  expect(asText(now)).toContain("\nedge *  differs");
  const unread = [{ kind: "Cluster", why: "no right", matters: true }];
  expect(statusOf("prod", { extensions: [], members: ["west"] }, { ...NOTHING, unread }, NOW).members).toEqual([]);
});

test("the page has the members, and a watch tells when one goes away", () => {
  const good = status(["edge"], [joined("edge", LOOKED)]);
  const away = status(["edge"], [joined("edge", LOOKED), { silent: REFUSED }]);
  expect(asPage(away)).toContain(`<li>edge: It does not answer from here: ${REFUSED}.`);
  expect(asPage({ ...good, members: [] })).not.toContain("All members");
  expect(changes(undefined, good)).toEqual(["2026-01-01T00:10:00Z member edge: as wanted, Ready, answers, v4.1.3"]);
  expect(changes(good, away)).toEqual(["2026-01-01T00:10:00Z member edge: differs, Ready, does not answer, v4.1.3"]);
  expect(changes(away, { ...away, members: [] })).toEqual(["2026-01-01T00:10:00Z member edge: is gone"]);
});

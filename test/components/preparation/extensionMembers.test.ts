/** The members that a program gives an extension: too many would fail at what cannot be made, too few leave things behind. */
import * as pulumi from "@pulumi/pulumi";
import type { MemberCluster } from "../../../components/memberCluster";
import type { MemberBasis } from "../../../components/memberClusterArgs";
import { membersOf } from "../../../components/preparation/extensionMembers";
import type { ClusterScheduling } from "../../../kubesphere/extension/clusterScheduling";

const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  jest.spyOn(pulumi.log, "warn").mockImplementation((said) => Promise.resolve(void warned.push(said)));
});

const member = (clusterName: string, basis: Promise<MemberBasis> = Promise.resolve({}), labels = {}) =>
  ({ clusterName, labels, basis }) as unknown as MemberCluster;
const SHOP = { name: "shop", namespace: "extension-shop" };
const taken = async (placement: ClusterScheduling["placement"] | undefined, ...members: MemberCluster[]) =>
  (await membersOf(members, placement && { placement }, SHOP, { clusters: [], plans: [] })).members.map(({ clusterName }) => clusterName);

test("those that its placement takes: by name, or by labels that the program gives them", async () => {
  const members = [member("edge", undefined, { region: "eu" }), member("lab")];
  expect(await taken({ clusters: ["lab", "elsewhere"] }, ...members)).toEqual(["lab"]);
  expect(await taken({ clusterSelector: { matchLabels: { region: "eu" } } }, ...members)).toEqual(["edge"]);
  expect(await taken({}, ...members)).toEqual([]);
  expect(await taken(undefined, ...members)).toEqual([]);
  expect(warned).toEqual([]);
});

test("one that does not answer is left out with a warning, and a mistake of a member is told once, by the member", async () => {
  const away = Promise.resolve({ standing: { uid: "uid", isFirst: false, away: "https://edge: no answer" } });
  expect(await membersOf([member("edge", away)], undefined, SHOP, { clusters: [], plans: [] })).toEqual({ members: [], away: ["edge"] });
  expect(await taken({ clusters: ["edge"] }, member("edge", away))).toEqual([]);
  expect(warned).toEqual([
    "extension shop: its namespace and its executor's rights on edge are not the stack's: edge does not answer; a run that reaches it takes them in",
  ]);
  expect(await taken({ clusters: ["lab"] }, member("lab", Promise.reject(new Error("lab.kubeconfig: …"))))).toEqual(["lab"]);
});

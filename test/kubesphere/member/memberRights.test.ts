/** Where an extension's namespace and rights are declared beside the host: too few stay behind, and too many take things of others along. */
import type { StoredPlan } from "../../../kubesphere/extension/rollout";
import { memberRights, type RightsMember } from "../../../kubesphere/member/memberRights";

const SHOP = { name: "shop", namespace: "extension-shop" };
const plan = (...members: string[]): StoredPlan => ({
  metadata: { name: "shop", annotations: { "kubesphere-luban/members": members.join(",") } },
  spec: { extension: { name: "shop", version: "0.1.0" }, enabled: true },
});
const member = (name: string, rest: Partial<RightsMember> = {}): RightsMember => ({ name, isAway: false, ...rest });
const away = member("edge", { isAway: true });
const having = (metadata: object) => member("edge", { namespaces: [{ name: "other" }, { name: "extension-shop", ...metadata }] });

test("only members that take an agent, and the stack's own, have them", () => {
  expect(memberRights([member("edge"), member("lab")], ["edge", "host", "others"], SHOP, undefined)).toEqual({
    declaredOn: ["edge"],
    leftOut: [],
  });
});

test("a member that is away would fail the run if anything were to be made or deleted there", () => {
  const why = "does not answer; a run that reaches it takes them in";
  expect(memberRights([away], ["edge"], SHOP, undefined)).toEqual({ declaredOn: [], leftOut: [{ name: "edge", why }] });
  expect(memberRights([away], ["edge"], SHOP, plan("lab"))).toEqual({ declaredOn: [], leftOut: [{ name: "edge", why }] });
  expect(memberRights([away], ["edge"], SHOP, plan("lab", "edge"))).toEqual({ declaredOn: ["edge"], leftOut: [] });
  expect(memberRights([away], [], SHOP, plan("edge"))).toEqual({ declaredOn: ["edge"], leftOut: [] });
});

test("what KubeSphere made for the extension, and what a stack made, becomes the stack's", () => {
  for (const metadata of [{ labels: { "kubesphere.io/extension-ref": "shop" } }, { managedFields: [{ manager: "pulumi-kubernetes-1" }] }])
    expect(memberRights([having(metadata)], ["edge"], SHOP, undefined).declaredOn).toEqual(["edge"]);
});

test("a namespace of others would be deleted with the extension, and all that they have in it", () => {
  const why = "has a namespace extension-shop that others have made; KubeSphere uses it, and it stays";
  for (const metadata of [{}, { labels: { "kubesphere.io/extension-ref": "web" } }, { managedFields: [{ manager: "kubectl" }] }])
    expect(memberRights([having(metadata)], ["edge"], SHOP, undefined)).toEqual({ declaredOn: [], leftOut: [{ name: "edge", why }] });
});

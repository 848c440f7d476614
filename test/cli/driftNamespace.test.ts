import { stackOn } from "../../cli/shared/pulumi";
import { takeNamespace } from "../../cli/drift/takeNamespace";
import { waysOf } from "../../cli/drift/ways";

const own = { "kubesphere.io/extension-ref": "demo", "kubesphere.io/managed": "true", "kubesphere.io/workspace": "system-workspace" };

/** @param labels in the cluster @param manager that wrote all of them @returns what was written */
async function taken(
  labels: object,
  { manager = "Mozilla", install = {}, name = "extension-demo", production = false } = {},
): Promise<string[]> {
  const wrote: string[] = [];
  const stack = stackOn({
    name: "dev",
    env: {},
    run: (args, input = "") => {
      if (args[1] === "set" || args[1] === "rm") wrote.push([args[1], ...args.slice(3), input.trim()].join(" "));
      const config = {
        "kubesphere:extensions": { objectValue: [{ source: "extensions/demo", install }] },
        "kubesphere:production": { value: String(production) },
      };
      return Promise.resolve({ code: 0, stdout: JSON.stringify(config), stderr: "" });
    },
  });
  const fieldsV1 = { "f:metadata": { "f:labels": Object.fromEntries(Object.keys(labels).map((key) => [`f:${key}`, {}])) } };
  const live = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { ...labels }, managedFields: [{ manager, fieldsV1 }] } };
  await takeNamespace(stack, { read: () => Promise.resolve(live) }, name, process.cwd());
  return wrote;
}

const PATH = "kubesphere:extensions[0].install.namespaceLabels";

test("what somebody set of a label that is declared is taken; what was taken before and is gone goes from the configuration", async () => {
  expect(await taken({ ...own, "kubesphere.io/workspace": "ours" })).toEqual([`set --plaintext ${PATH}["kubesphere.io/workspace"] ours`]);
  expect(await taken({ ...own, team: "b" }, { install: { namespaceLabels: { team: "a", "cost.example/center": 7 } } })).toEqual([
    `set --plaintext ${PATH}.team b`,
    `rm ${PATH}["cost.example/center"] `,
  ]);
});

test("labels that kubectl added come along, since the provider's next write would drop them; those of controllers stay by themselves", async () => {
  const labels = { ...own, "kubesphere.io/workspace": "ours", team: "a", "kubernetes.io/metadata.name": "extension-demo" };
  expect(await taken(labels, { manager: "kubectl-label" })).toEqual([
    `set --plaintext ${PATH}["kubesphere.io/workspace"] ours`,
    `set --plaintext ${PATH}.team a`,
  ]);
  await expect(taken({ ...own, team: "a" }, { manager: "istiod" })).rejects.toThrow(/are as the stack's configuration has them: nothing/);
});

test("nothing is taken where a part of it cannot be kept, nor of a namespace that is no extension's", async () => {
  await expect(taken({ ...own, "kubesphere.io/workspace": "ours", "kubesphere.io/managed": "false" })).rejects.toThrow(
    /^namespace extension-demo cannot stay as it is: kubesphere.io\/managed: .*To undo it: pulumi up --refresh$/,
  );
  await expect(taken(own, { name: "ingress-nginx" })).rejects.toThrow(
    /^none of the stack's kubesphere:extensions is installed in .*ingress-nginx/,
  );
  expect(await taken({ ...own, "kubesphere.io/workspace": "ours" }, { name: "shops", install: { namespace: "shops" } })).toHaveLength(1);
});

test("in production nothing is taken that the next run would refuse: neither is anything written, nor do the two commands lead to each other", async () => {
  const ours = { ...own, "kubesphere.io/workspace": "ours" };
  await expect(taken(ours, { production: true })).rejects.toThrow(
    /^kubesphere:extensions\[0\]\.install\.namespaceLabels\.kubesphere\.io\/workspace: "ours" is not allowed; .*other-workspace.* first, or undo it: pulumi up --refresh$/,
  );
  const allow = [{ rule: "other-workspace", reason: "the shop's own people" }];
  expect(await taken(ours, { production: true, install: { allow } })).toHaveLength(1);
  expect(await taken({ ...own, team: "b" }, { production: true, install: { namespaceLabels: { team: "a" } } })).toHaveLength(1);
});

test("what is printed of a namespace undoes its change, and keeps it only where the program could go on with it", () => {
  const object = (labels?: object) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: "web", ...(labels && { labels }) } });
  const ways = (path: string, is?: unknown, labels: object | undefined = own) =>
    waysOf(object(labels), { object: "Namespace web", drift: "changed", properties: [{ path, by: [], ...(is !== undefined && { is }) }] });
  const undone = (why: RegExp) => ({ wayBack: ["pulumi up --refresh"], notKept: expect.stringMatching(why) as unknown });
  const kept = { wayBack: ["pulumi up --refresh", "npx luban drift --take-namespace web"] };
  expect(ways('metadata.labels["kubesphere.io/workspace"]', "ours")).toEqual(kept);
  expect(ways("metadata.labels.team")).toEqual(kept);
  expect(ways('metadata.labels["kubesphere.io/workspace"]')).toEqual(undone(/held under 4.1.2/));
  expect(ways('metadata.labels["kubesphere.io/extension-ref"]', "x")).toEqual(undone(/belongs to the extension/));
  const system = { "kubesphere.io/managed": "true", "kubesphere.io/workspace": "system-workspace" };
  expect(ways('metadata.labels["kubesphere.io/workspace"]', "ours", system)).toEqual(undone(/held under 4.1.2/));
  expect(ways('metadata.annotations["kubesphere-luban/cluster-identifier"]', "x")).toEqual(undone(/whose cluster/));
  expect(ways("spec.finalizers", [])).toEqual(undone(/no place/));
});

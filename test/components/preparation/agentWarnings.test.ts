/** An agent that waits for what its member lacks holds up a run for minutes, and KubeSphere says nothing of it. */
import * as pulumi from "@pulumi/pulumi";
import { askedMember, warnOfAgents } from "../../../components/preparation/agentWarnings";
import type { DeclaredExtension } from "../../../settings/extensionSources";

const PATH = "kubesphere:extensions[0]";
const awaited = (storageClasses: (string | null)[], foreignKinds: string[] = []) => ({ storageClasses, foreignKinds });
const extension = (awaitedOnMembers: object[], overrides: object = {}) =>
  ({
    path: PATH,
    packages: [{ package: { name: "shop", version: "1.0.0", learnt: { awaitedOnMembers } } }],
    install: { version: "1.0.0", clusterScheduling: { placement: {}, overrides } },
  }) as unknown as DeclaredExtension;

const discovery = jest.fn(() => Promise.resolve({ apiVersions: ["v1/Pod"], resources: [] }));
const member = (name: string, ...classes: string[]) => {
  const storageClasses = jest.fn(() => Promise.resolve(classes.map((it) => ({ name: it, isDefault: it === "local" }))));
  return { name, cluster: jest.fn(() => Promise.resolve({ storageClasses, discovery })) };
};

const told: string[] = [];
beforeEach(() => {
  told.length = 0;
  discovery.mockClear();
  jest.spyOn(pulumi.log, "warn").mockImplementation((...[text]) => Promise.resolve(void told.push(text)));
});

test("a volume or a kind that a member lacks shows only when Helm gives up there, after ten minutes", async () => {
  const wants = extension([awaited([null], ["example.com/v1/Lamp"])]);
  await warnOfAgents([wants], new Map([[PATH, ["edge", "host"]]]), [member("edge"), member("other")]);
  expect(told).toEqual([
    `${PATH} (shop): on edge it claims a volume of the default StorageClass; the cluster has none. Unless one is made by hand, it waits for it.`,
    `${PATH} (shop): on edge it makes a Lamp of example.com/v1, which the cluster does not serve yet. Install what brings it first, or the install fails.`,
  ]);
});

test("each member is judged by the config that it gets", async () => {
  const wants = extension([awaited(["fast"]), awaited(["local"]), awaited(["slow"])], { east: {}, west: {} });
  await warnOfAgents([wants], new Map([[PATH, ["north", "east", "west"]]]), [
    ...["north", "east", "west"].map((name) => member(name, "local")),
  ]);
  expect(told).toEqual([
    expect.stringContaining("on north it claims a volume of the StorageClass fast; the cluster has local."),
    expect.stringContaining("on west it claims a volume of the StorageClass slow"),
  ]);
});

test("members are asked at every run for what no agent wants", async () => {
  const [edge, idle] = [member("edge", "local"), member("idle")];
  await warnOfAgents([extension([awaited([null])])], new Map([[PATH, ["edge"]]]), [edge, idle]);
  await warnOfAgents([extension([awaited([])])], new Map([[PATH, ["idle"]]]), [idle]);
  expect([told, discovery.mock.calls, idle.cluster.mock.calls]).toEqual([[], [], []]);
});

test("a member that goes away in the middle of a run ends it", async () => {
  const gone = { name: "edge", cluster: () => Promise.reject(new Error("connection refused")) };
  await warnOfAgents([extension([awaited([null])])], new Map([[PATH, ["edge"]]]), [gone]);
  expect(told).toEqual([]);
});

test("a member that is away, or not known yet, is asked once more, and waited for", () => {
  const standing = { uid: "1", isFirst: false };
  const names = [{}, { kubeconfig: "a", standing: { ...standing, away: "timeout" } }, { kubeconfig: "a", standing }].flatMap(
    (basis, index) => askedMember(`${index}`, basis),
  );
  expect(names.map(({ name }) => name)).toEqual(["2"]);
});

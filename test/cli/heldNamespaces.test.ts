import { keeperOf, letGoCommand, orphanedFinalizers, type Keeper } from "../../cli/shared/heldNamespaces";
import type { StoredObject } from "../../cli/shared/cluster";
import { gzipSync } from "zlib";

const OLD = "finalizers.kubesphere.io/namespaces";
const NEW = "kubesphere.io/cascading-deletion";
const OTHERS = "example.com/theirs";
const namespace = (finalizers: readonly string[], labels: Record<string, string> = {}): StoredObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "shop", finalizers, labels },
});
const LABELS = { "kubesphere.io/workspace": "mine" };

test.each<[string, Keeper, readonly string[], Record<string, string>, readonly string[]]>([
  ["once KubeSphere is gone", "none", [OLD, OTHERS, NEW], LABELS, [OLD, NEW]],
  ["from 4.1.2, after the upgrade, without a workspace", "4.1.3", [OLD], {}, [OLD]],
  ["from 4.1.2, after the way back and the upgrade once more", "4.1.3", [OLD, NEW], LABELS, [OLD]],
  ["from 4.1.3, after the way back", "4.1.2", [OLD, NEW], LABELS, [NEW]],
])("a finalizer that nobody takes off goes unnamed: %s", (_, keeper, finalizers, labels, orphaned) => {
  expect(orphanedFinalizers(namespace(finalizers, labels), keeper)).toEqual(orphaned);
});

test.each<[string, Keeper, readonly string[], Record<string, string>]>([
  ["4.1.2's own", "4.1.2", [OLD], {}],
  ["4.1.3's own", "4.1.3", [NEW], LABELS],
  ["4.1.2's, which 4.1.3 is about to take off", "4.1.3", [OLD], LABELS],
  ["somebody else's", "none", [OTHERS], LABELS],
])("a finalizer that is taken off in time is called lost: %s", (_, keeper, finalizers, labels) => {
  expect(orphanedFinalizers(namespace(finalizers, labels), keeper)).toEqual([]);
});

test("the command that is printed takes another program's finalizer off, too", () => {
  expect(letGoCommand(namespace([OLD, OTHERS]), [OLD])).toBe(
    `kubectl patch namespace shop --type merge --patch '{"metadata":{"finalizers":["example.com/theirs"]}}'`,
  );
});

describe("who takes finalizers off is told from", () => {
  const record = (appVersion?: string) => {
    const text = JSON.stringify({ version: 1, info: { status: "deployed" }, chart: { metadata: { version: "1.1.3", appVersion } } });
    return Buffer.from(gzipSync(text).toString("base64")).toString("base64");
  };
  const keeper = (replicas: number | undefined, appVersion?: string) =>
    keeperOf({
      read: (object) => Promise.resolve(replicas === undefined ? undefined : { ...object, spec: { replicas } }),
      list: () => Promise.resolve([{ apiVersion: "v1", kind: "Secret", metadata: { name: "r" }, data: { release: record(appVersion) } }]),
    });

  test.each([
    [1, "v4.1.2", "4.1.2"],
    [1, "v4.1.3", "4.1.3"],
    [3, "4.2.0", "4.1.3"],
    // A release that nobody knows is a later one.
    [1, undefined, "4.1.3"],
    [0, "v4.1.2", "none"],
    [undefined, "v4.1.2", "none"],
  ])("%s replicas of the manager, and ks-core of %s", async (replicas, appVersion, expected) => {
    expect(await keeper(replicas, appVersion)).toBe(expected);
  });
});

import { objectChanges, RANDOM } from "../../../cli/preview/objects";
import type { K8s } from "../../../cli/shared/objectDiff";

const object = (kind: string, name: string, rest: object = {}): K8s => ({ apiVersion: "v1", kind, metadata: { name }, ...rest });
const config = (text: string, rest: object = {}) => object("ConfigMap", "config", { data: { text, ...rest } });

test("what every render makes anew is no change, and what stands beside it in one text still is", () => {
  const held = [config("port: 80\npassword: first\n", { ca: "AAAA", ports: [1, 2] })];
  const same = [config("port: 80\npassword: second\n", { ca: "BBBB", ports: [3, 2] })];
  const other = [config("port: 80\npassword: third\n", { ca: "CCCC", ports: [4, 2] })];
  expect(objectChanges(held, [same, other])).toEqual([]);
  const [moved, again] = [same, other].map((objects) => JSON.parse(JSON.stringify(objects).replaceAll("port: 80", "port: 81")) as K8s[]);
  expect(objectChanges(held, [moved ?? [], again ?? []])).toMatchObject([
    { name: "config", changes: [{ path: "data.text", before: "port: 80\npassword: first\n", after: `port: 81\n${RANDOM}\n` }] },
  ]);
});

test("what is new and random is told as such, and never as the value of one render", () => {
  expect(objectChanges([config("a")], [[config("a", { key: "1" })], [config("a", { key: "2" })]])).toMatchObject([
    { change: "changed", changes: [{ path: "data.key", after: RANDOM }] },
  ]);
});

test("of a Secret only that it changed", () => {
  const secret = (value: string) => [object("Secret", "s", { data: { password: value } })];
  expect(objectChanges(secret("b2xk"), [secret("bmV3"), secret("bmV3")])).toEqual([
    {
      apiVersion: "v1",
      kind: "Secret",
      name: "s",
      change: "changed",
      changes: [{ path: "data.password", before: "[secret]", after: "[secret]" }],
    },
  ]);
});

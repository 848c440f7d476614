import { memberValues } from "../../../sandbox/src/sim/memberRelease.js";

const CONFIG = "global:\n  imageRegistry: registry.example\nrole: host\nmulticluster:\n  role: host\n  hostClusterName: mine\n";

test("a member's ks-core would get other values than on real KubeSphere", () => {
  const given = { global: { imageRegistry: "registry.example" } };
  const set = { role: "member", upgrade: { enabled: false }, authentication: { issuer: { jwtSecret: "s" } } };
  expect(memberValues(CONFIG, "s", "4.1.2")).toEqual({ ...given, ...set, multicluster: { role: "host", hostClusterName: "mine" } });
  expect(memberValues(CONFIG, "s", "4.1.3")).toEqual({ ...given, ...set, multicluster: { role: "member" } });
  // Only a comment, by which an upgrade reaches the member.
  expect(memberValues("# ks-core 4.1.3\n", "s", "4.1.2")).toEqual(set);
});

test("a config that is no YAML would be installed as something", () => {
  expect(() => memberValues("a: [", "s", "4.1.2")).toThrow();
});

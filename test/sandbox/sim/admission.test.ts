import { defaultInstallPlan, validateInstallPlan } from "../../../sandbox/src/sim/admission/installPlan.js";
import { validateBundle } from "../../../sandbox/src/sim/admission/jsBundle.js";
import { Denied, respond, type AdmissionRequest } from "../../../sandbox/src/sim/admission/review.js";
import { pollInterval } from "../../../sandbox/src/sim/repositoryController.js";
import type { InstallPlan, JSBundle } from "../../../sandbox/src/sim/objects.js";

// What the recordings show is replayed on a real API server: test/conformance/lifecycle.test.ts.

const asked = <T extends InstallPlan | JSBundle>(object: T): AdmissionRequest<T> => ({ uid: "1", object, oldObject: null });
const plan = (spec: object) =>
  asked({ metadata: { name: "demo" }, spec: { extension: { name: "demo", version: "0.1.0" }, enabled: true, ...spec } });

test("an override for a cluster is stored otherwise than by KubeSphere", () => {
  const placement = { clusters: ["member"] };
  const { object } = defaultInstallPlan(plan({ clusterScheduling: { placement, overrides: { member: "a: 1 \t\r\nb: \u3000\n" } } }));
  expect(object).toEqual({
    metadata: { name: "demo" },
    spec: {
      ...{ extension: { name: "demo", version: "0.1.0" }, enabled: true },
      clusterScheduling: { placement, overrides: { member: "a: 1\nb:\n" } },
    },
    status: {},
  });
});

test("an override that is no YAML reaches the cluster's agent", () => {
  expect(() => validateInstallPlan(plan({ clusterScheduling: { placement: {}, overrides: { member: "a: [b\n" } } }))).toThrow(
    new Denied(
      "failed to unmarshal cluster member agent config: error converting YAML to JSON: yaml: line 2: unexpected end of the stream within a flow collection",
    ),
  );
});

test("an extension's bundle takes another extension's address", () => {
  const bundle: JSBundle = {
    ...{ metadata: { name: "a", labels: { "kubesphere.io/extension-ref": "demo" } }, spec: {} },
    status: { link: "/dist/other/index.js" },
  };
  expect(() => validateBundle(asked(bundle), [])).toThrow(new Denied("the prefix of status.link must be in the format /dist/demo/"));
});

test("an object that is as it should be is written again, and so is never at rest", async () => {
  const settled = asked({ ...plan({ config: "a: 1\n" }).object, status: { state: "Installed" } } satisfies InstallPlan);
  expect(await respond(defaultInstallPlan, settled)).toEqual({ uid: "1", allowed: true });
});

test("a Repository is asked more often than KubeSphere asks", () => {
  expect([undefined, "10s", "1h30m"].map(pollInterval)).toEqual([900_000, 900_000, 5_400_000]);
});

test("what server-side apply has emptied of a plan is stored as KubeSphere stores it: without it", () => {
  const stored = (clusterScheduling: object | null) =>
    (defaultInstallPlan(plan({ clusterScheduling })).object as unknown as { spec: object }).spec;
  expect(stored({ placement: null })).toMatchObject({ clusterScheduling: {} });
  expect(stored({ placement: null })).not.toHaveProperty("clusterScheduling.placement");
  expect(stored(null)).not.toHaveProperty("clusterScheduling");
  expect(stored({ placement: {} })).toMatchObject({ clusterScheduling: { placement: {} } });
});

import * as change from "../../../sandbox/src/sim/clusterStatus.js";
import type { ClusterObject } from "../../../sandbox/src/sim/objects.js";
import { CERTIFICATE } from "../../support/certificate";

const NOW = new Date("2026-11-29T12:00:00Z");
const times = { lastTransitionTime: "2026-11-29T12:00:00Z", lastUpdateTime: "2026-11-29T12:00:00Z" };
const clusterOf = (status: ClusterObject["status"], deletionTimestamp?: string): ClusterObject => ({
  metadata: { name: "member", ...(deletionTimestamp && { deletionTimestamp }) },
  ...(status && { status }),
});

test("a program that waits for a member in the sandbox would wait for something else than on real KubeSphere", () => {
  const joined = change.ready(change.expiry(change.ksCoreReady({ uid: "u" }, NOW), CERTIFICATE, NOW), "v4.1.2", NOW);
  // As recorded from 4.1.2.
  expect(joined).toEqual({
    uid: "u",
    kubeSphereVersion: "v4.1.2",
    conditions: [
      { type: "KSCoreReady", status: "True", reason: "KSCoreReady", message: "KS Core is available now", ...times },
      {
        ...{ type: "KubeConfigCertExpiresInSevenDays", status: "", reason: "KubeConfigCertExpiresInSevenDays" },
        ...{ message: expect.stringMatching(/^2126-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/) as string, ...times },
      },
      { type: "Ready", status: "True", reason: "Ready", message: "Cluster is available now", ...times },
    ],
  });
  expect(change.expiry(joined, CERTIFICATE, new Date("2027-01-01T00:00:00Z"))).toEqual(joined);
});

test("why a member is not ready would be told otherwise than on real KubeSphere", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:28999"), { code: "ECONNREFUSED" });
  const message = change.unreachable("unreachable", "https://127.0.0.1:28999", refused);
  expect(message).toBe(
    'failed to get cluster client for unreachable: Get "https://127.0.0.1:28999/version": dial tcp 127.0.0.1:28999: connect: connection refused',
  );
  expect(change.notReady(undefined, message, NOW)).toEqual({
    conditions: [{ type: "Ready", status: "False", reason: "Ready", message, ...times }],
  });
});

test("agents would be installed on a cluster that is not ready, is leaving, or is closed to them", () => {
  const ready = change.ready(undefined, "v4.1.2", NOW);
  expect(change.isSchedulable(clusterOf(ready))).toBe(true);
  expect(change.isSchedulable(clusterOf(undefined))).toBe(false);
  expect(change.isSchedulable(clusterOf(change.notReady(ready, "away", NOW)))).toBe(false);
  expect(change.isSchedulable(clusterOf(ready, "2026-11-29T12:00:00Z"))).toBe(false);
  const closed = change.withCondition(ready, { type: "Schedulable", status: "False", reason: "x", message: "" }, NOW);
  expect(change.isSchedulable(clusterOf(closed))).toBe(false);
});

import * as fc from "fast-check";
import { changes } from "../../../cli/status/changes";
import { asPage } from "../../../cli/status/page";
import { isUnproven } from "../../../cli/status/status";
import { paragraph, table, WIDTH } from "../../../cli/status/table";
import { asText } from "../../../cli/status/text";
import { duration } from "../../../cli/status/words";
import { EXAMPLE } from "./example";

const EVENTS = { kind: "Event", why: "the kubeconfig's user may not list events", matters: false };
const WORKLOADS = { kind: "Deployment", why: "the kubeconfig's user may not list deployments", matters: true };

test.each([
  ["what proves nothing", [EVENTS], "as wanted", ["? Event: not read: the kubeconfig's user may not list events"]],
  [
    "what might speak against it",
    [WORKLOADS, EVENTS],
    "as wanted in what could be read",
    [
      "? Deployment: not read: the kubeconfig's user may not list deployments",
      "? Event: not read: the kubeconfig's user may not list events",
    ],
  ],
])("a stack is not said to be as wanted where %s may not be read", (_, unread, words, lines) => {
  const status = { ...EXAMPLE, health: "asWanted" as const, unread, extensions: EXAMPLE.extensions.slice(0, 1) };
  expect(
    asText(status)
      .split("\n")
      .slice(0, 1 + unread.length),
  ).toEqual([`prod: ${words} (1 extension; 2026-01-01 09:28:30 UTC)`, ...lines]);
  expect(asPage(status)).toContain(`<title>prod: ${words}</title>`);
  for (const line of lines) expect(asPage(status)).toContain(`<p>${line.slice(2).replaceAll("'", "&#39;")}</p>`);
  expect(changes(undefined, status).slice(0, lines.length)).toEqual(lines.map((line) => `2026-01-01T09:28:30Z ${line.slice(2)}`));
  expect(changes(status, status)).toEqual([]);
  expect(isUnproven(status)).toBe(unread.includes(WORKLOADS));
  expect(isUnproven({ ...status, health: "failed" })).toBe(false);
});

test("a line for each extension, then all that there is to each", () => {
  expect(asText(EXAMPLE)).toBe(`prod: failed (4 extensions; 2026-01-01 09:28:30 UTC)

EXTENSION            HEALTH       VERSION  WANTED      STATE          SINCE  TOOK   CONFIG   READY
demo                 as wanted    0.1.0    0.1.0       Installed      9 h    43 s   matches  2/2
shop                 failed       1.0.0    1.1.0       UpgradeFailed  2 min  2 min  matches  1/3
mesh                 rolling out  -        2.0.0-rc.1  Installing     36 s   …      matches  -
metrics              differs      -        3.4.5       -              -      -      -        -
whizard-telemetry *  as wanted    1.2.2    -           Installed      9 h    43 s   -        -
* not of the stack

demo: as wanted
  states     Preparing 1 s, Installing 42 s, Installed since 2026-01-01 00:00:45 UTC (9 h)
  config     c9653f49806bc3ae
  namespace  extension-demo
  workloads  Deployment demo: 2 of 2 ready
  endpoints  Service demo: 2 of 2 ready
  ingress    demo.192.168.50.208.nip.io (class nginx)
  bundle     demo-js: Available, /dist/demo/index.js

shop: failed
  ! UpgradeFailed: Job has reached the specified backoff limit
    The log of its Job: kubectl --namespace extension-shop logs
    job/helm-executor-upgrade-shop-x7k2p9
  states     Preparing 2 s, Installing 31 s, Installed 83 min, Preparing 1 s, Upgrading 2 min,
             UpgradeFailed since 2026-01-01 09:25:54 UTC (2 min)
  config     685d45d22ae3b39e
  namespace  extension-shop
  workloads  StatefulSet shop-database: 1 of 3 ready
  endpoints  Service shop: 1 of 3 ready
  ingress    shop.192.168.50.208.nip.io (default class)
  bundle     shop-js: Available, /dist/shop/index.js
  warnings   BackoffLimitExceeded, Job helm-executor-upgrade-shop-x7k2p9: Job has reached the
             specified backoff limit (2 min ago)
             FailedScheduling, Pod shop-database-1: 0/3 nodes are available: 3 Insufficient memory.
             (7 times, last 3 min ago)

mesh: rolling out
  ! It is Installing.
  ! Its agent on cluster south is not begun.
  states     Preparing 4 s, Installing since 2026-01-01 09:27:54 UTC (36 s)
  config     cbf29ce484222325
  namespace  extension-mesh
  agents     north: Installed; 2.0.0-rc.1; Installed since 2026-01-01 09:28:00 UTC (30 s)
             south: not begun

metrics: differs
  ! It is not installed: the cluster has no InstallPlan of it. \`pulumi up\` installs it.
  config     none yet, wanted c2dffb5d14281c4d

whizard-telemetry: as wanted
  states     Preparing 1 s, Installing 42 s, Installed since 2026-01-01 00:00:45 UTC (9 h)
  config     cbf29ce484222325
  namespace  extension-whizard-telemetry`);
  expect(asText({ ...EXAMPLE, health: "asWanted", extensions: [] })).toBe("prod: as wanted (0 extensions; 2026-01-01 09:28:30 UTC)");
});

test("no line is wider than a terminal, whatever the names are, and no word is lost", () => {
  const cell = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/\s/g, "_"));
  fc.assert(
    fc.property(fc.array(fc.tuple(...Array.from({ length: 9 }, () => cell)), { minLength: 1, maxLength: 4 }), (rows) => {
      for (const line of table(rows)) expect([...line].length).toBeLessThanOrEqual(WIDTH);
    }),
  );
  const words = fc.array(fc.string({ minLength: 1, maxLength: 40 }).map((text) => text.replaceAll(/\s/g, "_")));
  fc.assert(
    fc.property(words, (all) => {
      const lines = paragraph("  label      ", all.join(" "));
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(WIDTH);
      expect(lines.join(" ").trim().split(/\s+/).slice(1)).toEqual(all);
    }),
  );
});

test.each([
  [0, "0 s"],
  [0.7, "0 s"],
  [119, "119 s"],
  [120, "2 min"],
  [7_199, "119 min"],
  [7_200, "2 h"],
  [172_800, "2 d"],
])("%d seconds are told as %s", (seconds, told) => expect(duration(seconds)).toBe(told));

import { createServer } from "http";
import type { AddressInfo } from "net";
import { Held } from "../../bench/memory";
import { CHANGES, planServer } from "../../bench/parts/memory/followedPlan";
import { peak } from "../../bench/peak.cjs";
import { plainText } from "../../components/cluster/apiServer";
import { standingOf, type StoredPlan } from "../../kubesphere/extension/rollout";

const MEBIBYTE = 1024 * 1024;

test("what a process holds is measured at a tenth of its steps and at the last: without the last there is no figure", () => {
  let holds = 0;
  const measured = new Held(100, () => holds);
  for (holds = 1; holds < 100; holds++) measured.after(holds);
  expect(() => measured.growth).toThrow("the last step was not taken");
  measured.after(holds);
  expect(measured.growth).toEqual({ early: 10, late: 100 });
});

test("a peak is in MiB, and that of this process", () => {
  expect(peak()).toBeGreaterThan((process.memoryUsage().rss / MEBIBYTE) * 0.9);
  expect(peak()).toBeLessThan(100_000);
});

test("the simulated 15 minutes have a change a second, watches that end, and a plan that is installed in the last second and not before", async () => {
  const server = createServer(planServer());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const plans = `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/kubesphere.io/v1alpha1/installplans`;
  const standings: string[] = [];
  const listed: string[] = [];
  try {
    while (standings.length < CHANGES) {
      listed.push((JSON.parse(await plainText(plans, {})) as { metadata: { resourceVersion: string } }).metadata.resourceVersion);
      const said = await plainText(`${plans}?watch=true&resourceVersion=${listed.at(-1)}`, {});
      for (const line of said.trim().split("\n")) standings.push(standingOf((JSON.parse(line) as { object: StoredPlan }).object).is);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(listed).toEqual(["0", "120", "240", "360", "480", "600", "720", "840"]);
  expect(standings.slice(0, -1).every((is) => is === "going")).toBe(true);
  expect([standings.length, standings.at(-1)]).toEqual([900, "installed"]);
});

import { createHash } from "crypto";
import { readFileSync } from "fs";
import { join } from "path";
import type { Values } from "../../../kubesphere/chart/helmValues";
import fc from "fast-check";
import {
  configHash,
  gateWait,
  planFailure,
  repairEnd,
  trimConfig,
  withAddress,
  ADDRESS,
  type InstallPlanStatus,
} from "../../../kubesphere/extension/installPlan";
import { parseWaitFor } from "../../../sandbox/src/provider/kubernetes/waitFor";
import { character } from "../../support/characters";

const vector = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, "../../vectors", name), "utf8"));

const configs = vector("config-hash.json") as { config: string; storedConfig: string; configHash: string }[];

describe("a config that was declared is the one that KubeSphere stores and hashes, or the wait for it never ends", () => {
  test.each(configs.map((recorded) => [JSON.stringify(recorded.config.slice(0, 60)), recorded] as const))(
    "%s",
    (_, { config, storedConfig, configHash: hash }) => {
      expect(trimConfig(config)).toBe(storedConfig);
      expect(configHash(storedConfig)).toBe(hash);
    },
  );

  test("any text", () => {
    const mask = (1n << 64n) - 1n;
    const reference = (text: string) =>
      Buffer.from(text)
        .reduce((hash, byte) => ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask, 0xcbf29ce484222325n)
        .toString(16)
        .padStart(16, "0");
    fc.assert(fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => expect(configHash(text)).toBe(reference(text))));
  });

  // Work that grew with the square of the length would take many minutes.
  test("a megabyte, without a pause", () => {
    const config = `${" ".repeat(500_000)}x\n${"key: value   \n".repeat(40_000)}`;
    expect(configHash(trimConfig(config))).toHaveLength(16);
  }, 60_000);
});

const digest = `sha256:${createHash("sha256").update("package").digest("hex")}`;
const END = `# package ${digest}\n# platform ${createHash("sha256").update("{}").digest("hex").slice(0, 16)}\n`;

describe("a package changed under the same version is rolled out", () => {
  test.each([
    [undefined, END],
    ["", END],
    ["a: 1", `a: 1\n${END}`],
    ["a: 1  \r\n", `a: 1\n${END}`],
    ["a: |\n  text\n\n", `a: |\n  text\n\n${END}`],
  ])("with the config %j", (config, expected) => {
    expect(withAddress(config, { digest, injected: {} })).toBe(expected);
  });

  test("as is what KubeSphere sets over its config, in whatever order it stands; and the same once more, when it is asked for", () => {
    const of = (injected: Values, attempt?: string) => withAddress("", { digest, injected, attempt });
    expect(of({ global: { a: 1, b: [2] } })).toBe(of({ global: { b: [2], a: 1 } }));
    expect(of({ global: { a: 1 } })).not.toBe(of({ global: { a: 2 } }));
    expect(of({}, "2")).toBe(`${END}# attempt 2\n`);
    const repaired = "0123456789abcdef: Deployment shop/web is gone";
    const repair = withAddress("", { digest, injected: {}, attempt: "2", repaired });
    expect(repair).toBe(`${END}# attempt 2\n# repair 0123456789abcdef\n`);
    // By which it is known whoever computes it.
    expect(configHash(repairEnd(repaired), configHash(of({}, "2")))).toBe(configHash(repair));
    for (const text of [of({}), of({ a: 1 }, "monday-09:00"), repair, `# package ${digest}\n`])
      expect(`a: 1\n${text}`.replace(ADDRESS, "")).toBe("a: 1\n");
  });

  test("and what is declared is what KubeSphere stores", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", ":", " ", "\t", "\r", "\n", "\u00a0", "\u3000", "\u200b") }), (config) => {
        const declared = withAddress(config, { digest, injected: {} });
        expect(trimConfig(declared)).toBe(declared);
        expect(withAddress(trimConfig(config), { digest, injected: {} })).toBe(declared);
      }),
    );
  });
});

interface Event {
  readonly order: string;
  readonly kind: string;
  readonly event: string;
  /** An InstallPlan, where `kind` says so. */
  readonly object: {
    readonly metadata: { readonly deletionTimestamp?: string };
    readonly spec:
      | { readonly extension: { readonly version: string }; readonly enabled: boolean; readonly config?: string }
      | "<unchanged>";
    readonly status: InstallPlanStatus;
  };
}
const { scenarios } = vector("installplan-lifecycle.json") as { scenarios: { scenario: string; events: Event[] }[] };

/** As Pulumi's Kubernetes provider understands the annotation. */
const waiting = (waitFor: string) => parseWaitFor(waitFor) as (object: object) => boolean;

test("no plan is made before KubeSphere knows its version, or it would never be looked at", () => {
  const extensions = scenarios[0]?.events.filter(({ kind }) => kind === "Extension") ?? [];
  const opensAt = (version: string) => extensions.find(({ object }) => waiting(gateWait([version]))(object))?.order;
  expect([opensAt("0.1.0"), opensAt("0.2.0"), opensAt("0.3.0")]).toEqual(["<rv:5>", "<rv:62>", undefined]);
  expect(gateWait(["0.1.0"])).toBe('jsonpath={.status.versions[?(@.version=="0.1.0")].version}=0.1.0');
  expect(JSON.parse(gateWait(["0.1.0", "0.2.0"]))).toEqual([gateWait(["0.1.0"]), gateWait(["0.2.0"])]);
});

describe("a rollout that failed fails `pulumi up`, with KubeSphere's own reason", () => {
  const statusAt = (scenario: string, order: string) =>
    scenarios.find((recorded) => recorded.scenario.startsWith(scenario))?.events.find((event) => event.order === order)?.object.status;
  const LIMIT = "Job has reached the specified backoff limit";

  test.each([
    ["an install", "failing chart (template", "<rv:31>", `InstallFailed: ${LIMIT}`],
    ["an upgrade", "upgrade to a failing version", "<rv:61>", `UpgradeFailed: ${LIMIT}`],
    ["an upgrade that KubeSphere has begun to try again", "upgrade to a failing version", "<rv:63>", `UpgradeFailed: ${LIMIT}`],
    ["an upgrade that KubeSphere tries again", "upgrade to a failing version", "<rv:72>", `UpgradeFailed: ${LIMIT}`],
    ["nothing: the install is done", "main", "<rv:34>", undefined],
    ["nothing: the upgrade after a failed one is done", "upgrade to a failing version", "<rv:112>", undefined],
    ["nothing: the install is under way", "main", "<rv:25>", undefined],
    ["nothing: KubeSphere has not begun", "main", "<rv:7>", undefined],
  ])("%s", (_, scenario, order, expected) => {
    const status = statusAt(scenario, order);
    expect(status).toBeDefined();
    expect(planFailure(status, status?.configHash ?? "")?.split("\n")[0]).toBe(expected);
  });

  test("the log of the Job that failed is a command away", () => {
    const status = {
      jobName: "helm-executor-install-demo-abc123",
      targetNamespace: "extension-demo",
      state: "InstallFailed",
      configHash: "H",
    };
    expect(planFailure(status, "H")).toBe(
      "InstallFailed\nThe log of its Job: kubectl --namespace extension-demo logs job/helm-executor-install-demo-abc123",
    );
  });

  test("a failure that came to no Job names none, above all not that of an earlier rollout", () => {
    const missing = statusAt("chart ConfigMap missing", "<rv:96>");
    for (const status of [missing, { ...missing, jobName: "helm-executor-install-nochart-abc123", configHash: "earlier" }])
      expect(planFailure(status, "H")).toBe(
        'InstallFailed: Failed to install extension: ConfigMap "extension-nochart-0.1.0-chart" not found\n' +
          "It came to no Job: mend what it names. KubeSphere may go on trying; the next `pulumi up` says whether it got through.",
      );
  });

  test("an install that got through at last is not told by what stood in its way", () => {
    expect(planFailure(statusAt("chart ConfigMap missing", "<rv:116>"), "H")).toBeUndefined();
  });

  test("a failure without a reason, and a preview without a status", () => {
    expect(planFailure({ state: "InstallFailed", configHash: "H" }, "H")).toBe("InstallFailed");
    expect(planFailure(undefined, "H")).toBeUndefined();
  });
});

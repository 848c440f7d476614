import { readFileSync } from "fs";
import { join } from "path";
import { agentHash } from "../../../kubesphere/extension/agentConfig";
import { configHash } from "../../../kubesphere/extension/installPlan";

const hashOf = (config: string | undefined, override?: string) =>
  agentHash(
    {
      ...{ extension: { name: "mc", version: "0.1.0" }, enabled: true },
      ...(config !== undefined && { config }),
      clusterScheduling: { overrides: { ...(override !== undefined && { member: override }) } },
    },
    "member",
  );

test("`pulumi up` waits for the very values that KubeSphere 4.1.2 was recorded to give an agent", () => {
  const config = "extension:\n  greeting: plan\nagent:\n  greeting: plan\n";
  expect(hashOf(config, "agent:\n  greeting: override\n")).toBe("2845982c1f486808");
});

test("an agent without an override has the plan's config as it is, and with a blank one the same without white space around it", () => {
  const config = "\na: 1 # one\n# package sha256:00\n";
  expect(hashOf(config)).toBe(configHash(config));
  expect(hashOf(undefined)).toBe(configHash(""));
  expect(hashOf(config, " \n")).toBe(configHash(config.trim()));
  expect(hashOf(" \n", "b: 2 # two\n")).toBe(configHash("b: 2 # two"));
});

describe("what Go's yaml.v3 makes of a config and an override is waited for, or it is known that nobody here can say", () => {
  const cases = JSON.parse(readFileSync(join(__dirname, "../../vectors/go-tree.json"), "utf8")) as {
    config: string;
    override: string;
    merged: string;
  }[];
  const hashes = cases.map(({ config, override }) => hashOf(config, override));

  test("as recorded", () => {
    const wrong = cases.filter(({ merged }, index) => hashes[index] !== undefined && hashes[index] !== configHash(merged));
    expect(wrong).toEqual([]);
    expect(hashes.filter((hash) => hash !== undefined)).toHaveLength(60);
  });

  test.each([
    ...[
      "a: yes",
      "a: 2026-01-01",
      "a: 1_000",
      "a: 017",
      "a: 1e3",
      "a: 0x1F",
      "a: 1.0",
      "a: 1234567.5",
      "a: 0.00001",
      "a: 12345678901234567890",
    ],
    ...["a: &x 1", "a: !!str 1", "a: {<<: {b: 1}}", "8080: a", "yes: a", "a: 1\n---\nb: 2", "a: [", "{[a]: b}", "a: b\n  c", "'a b': 1"],
  ])("%j is one of those", (config) => {
    expect(hashOf(config, "b: 1")).toBeUndefined();
  });
});

import { readFileSync } from "fs";
import { join } from "path";
import { extensionStatus, recommendedVersion } from "../../../sandbox/src/sim/extensionStatus.js";
import { KUBESPHERE_VERSION } from "../../../sandbox/src/sim/names.js";
import type { Extension, ExtensionVersion, InstallPlan } from "../../../sandbox/src/sim/objects.js";

type Recorded<T> = T | null | "<as in the snapshot before>";

interface Snapshot {
  snapshot?: string;
  objects?: { Extension: Recorded<Extension>; InstallPlan: Recorded<InstallPlan>; ExtensionVersions: Recorded<ExtensionVersion[]> };
}

const { scenarios } = JSON.parse(readFileSync(join(__dirname, "../../vectors/installplan-lifecycle.json"), "utf8")) as {
  scenarios: { scenario: string; steps: Snapshot[] }[];
};
const platform = { kubernetes: "1.36.3", kubeSphere: KUBESPHERE_VERSION };

/** With the objects of earlier snapshots in place of the references to them. */
interface Resolved {
  Extension: Extension | null;
  InstallPlan: InstallPlan | null;
  ExtensionVersions: ExtensionVersion[] | null;
}

/** Every recorded moment of rest: an Extension with its versions and its plan. */
const moments = scenarios.flatMap(({ scenario, steps }) => {
  let before: NonNullable<Snapshot["objects"]> = { Extension: null, InstallPlan: null, ExtensionVersions: null };
  return steps.flatMap(({ snapshot, objects }) => {
    if (snapshot === undefined || !objects) return [];
    const keep = <T>(now: Recorded<T>, old: Recorded<T>) => (now === "<as in the snapshot before>" ? old : now);
    before = {
      Extension: keep(objects.Extension, before.Extension),
      InstallPlan: keep(objects.InstallPlan, before.InstallPlan),
      ExtensionVersions: keep(objects.ExtensionVersions, before.ExtensionVersions),
    };
    const { Extension: extension, InstallPlan: plan, ExtensionVersions: versions } = before as Resolved;
    return extension ? [{ title: `${scenario}: ${snapshot}`, extension, plan, versions }] : [];
  });
});

test.each(moments.map((it) => [it.title, it] as const))(
  "the gate before an install would not open as on real KubeSphere; %s",
  (_, moment) => {
    const { extension, plan, versions } = moment;
    expect(extensionStatus(versions ?? [], plan ?? undefined, platform)).toEqual(extension.status);
  },
);

test("there are moments to compare", () => {
  expect(moments.length).toBeGreaterThan(20);
});

describe("recommended version", () => {
  const version = (name: string, spec: Partial<ExtensionVersion["spec"]> = {}): ExtensionVersion => ({
    metadata: { name },
    spec: { version: name, ...spec },
  });

  test.each([
    ["the highest by semantic version, not by text", [version("0.9.0"), version("0.10.0")], "0.10.0"],
    ["none that wants a newer KubeSphere", [version("1.0.0"), version("2.0.0", { ksVersion: ">=5.0.0-0" })], "1.0.0"],
    ["none that wants an older Kubernetes", [version("1.0.0"), version("2.0.0", { kubeVersion: ">=1.19.0-0, <1.30.0-0" })], "1.0.0"],
    ["none at all", [version("1.0.0", { ksVersion: "<4.0.0" })], undefined],
    ["none without a semantic version", [version("latest")], undefined],
  ])("an extension is offered that cannot run: %s", (_, versions, expected) => {
    expect(recommendedVersion(versions, platform)).toBe(expected);
  });
});

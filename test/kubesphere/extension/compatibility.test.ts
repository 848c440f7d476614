import { checkAgentName, checkCompatibility, type PlacedPackage } from "../../../kubesphere/extension/compatibility";
import { describeProblem } from "../../../kubesphere/errors";
import type { ExtensionMetadata, ExtensionPackage } from "../../../kubesphere/extension/extensionPackage";

const placed = (name: string, version: string, metadata: Partial<ExtensionMetadata> = {}): PlacedPackage => ({
  path: `kubesphere:extensions.${name}`,
  package: { name, version, metadata: { kubeVersion: ">=1.19.0-0", ksVersion: ">=4.0.0-0", ...metadata } } as ExtensionPackage,
});
const needs = (version: string, more = {}) => ({ externalDependencies: [{ name: "ledger", version, required: true, ...more }] });

test("extensions that fit are let through, on a vendor's build or a prerelease too", () => {
  const packages = [placed("shop", "1.0.0", needs(">=1.2")), placed("ledger", "1.2.0")];
  expect(checkCompatibility(packages, { kubernetes: "v1.31.2-gke.100", kubesphere: "v4.1.2" })).toEqual([]);
  expect(checkCompatibility(packages, { kubernetes: "v1.30.5+k3s1", kubesphere: "4.2.0-rc.1" })).toEqual([]);
});

test("a name that is too long for the Jobs of its agents is refused, where the host alone would have it installed", () => {
  const long = placed("a-name-of-twenty-seven-chars", "1.0.0", { installationMode: "Multicluster" });
  const fits = placed("a-name-of-twenty-six-chars", "1.0.0", { installationMode: "Multicluster" });
  expect(checkAgentName(long, "4.1.2").map(describeProblem)).toEqual([
    'kubesphere:extensions.a-name-of-twenty-seven-chars: the name of the extension: "a-name-of-twenty-seven-chars, which has 28 characters" is not allowed; allowed: at most 26 characters for an extension with agents on KubeSphere 4.1.2. Shorten it, with `renamedFrom` if it is installed; KubeSphere 4.1.3 takes it as it is.',
  ]);
  const hostOnly = placed(long.package.name, "1.0.0", { installationMode: "HostOnly" });
  expect([
    checkAgentName(fits, "4.1.2"),
    checkAgentName(long, "4.1.3"),
    checkAgentName(long, undefined),
    checkAgentName(hostOnly, "4.1.2"),
  ]).toEqual([[], [], [], []]);
});

test("a platform that is not known is no problem", () => {
  expect(checkCompatibility([placed("shop", "1.0.0", { kubeVersion: ">=9" })], {})).toEqual([]);
  expect(checkCompatibility([placed("shop", "1.0.0", { kubeVersion: ">=9" })], { kubernetes: "unknown" })).toEqual([]);
});

test("an extension made for another Kubernetes or KubeSphere is refused, which KubeSphere itself would install", () => {
  const shop = placed("shop", "1.0.0", { kubeVersion: ">=1.32", ksVersion: "~4.2.0" });
  expect(checkCompatibility([shop], { kubernetes: "v1.31.0", kubesphere: "4.1.2" })).toEqual([
    {
      path: "kubesphere:extensions.shop: Kubernetes for shop 1.0.0",
      given: "v1.31.0",
      allowed: ">=1.32",
      mend: "Use a version of shop that is made for it, or widen kubeVersion in its extension.yaml",
    },
    {
      path: "kubesphere:extensions.shop: KubeSphere for shop 1.0.0",
      given: "4.1.2",
      allowed: "~4.2.0",
      mend: "Use a version of shop that is made for it, or widen ksVersion in its extension.yaml",
    },
  ]);
});

describe("what an extension needs of others", () => {
  const path = "kubesphere:extensions.shop: extension ledger for shop 1.0.0";

  test("must be there", () => {
    expect(checkCompatibility([placed("shop", "1.0.0", needs(">=1.2"))], {})).toEqual([
      { path, given: undefined, allowed: ">=1.2", mend: "Add it to kubesphere:extensions" },
    ]);
  });

  test("in a version that fits", () => {
    expect(checkCompatibility([placed("shop", "1.0.0", needs(">=1.2")), placed("ledger", "1.1.0")], {})).toEqual([
      { path, given: "1.1.0", allowed: ">=1.2", mend: "Change which version of ledger is used" },
    ]);
  });

  test("only if it is required, and an extension", () => {
    const optional = placed("shop", "1.0.0", needs(">=1.2", { required: false }));
    const other = placed("mart", "1.0.0", needs(">=1.2", { type: "operator" }));
    expect(checkCompatibility([optional, other], {})).toEqual([]);
  });
});

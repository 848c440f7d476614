/** What a mirror's user is told: what there is, and how a stack takes it from there. */
import { chartFile } from "../../cli/mirror/charts";
import { statedIngress } from "../../cli/shared/statedIngress";
import type { Needs } from "../../cli/mirror/list";
import { parseReference, type Reference } from "../../cli/mirror/reference";
import { chartChanges, configLines, listed, registryChanges } from "../../cli/mirror/report";

const reference = (text: string) => parseReference(text) as Reference;

describe("what is told", () => {
  const needs: Needs = {
    charts: [
      {
        name: "ks-core",
        version: "1.1.3",
        from: "oci://registry.example.com/ks-core 1.1.3",
        digest: "sha256:1",
        file: "/w/a",
        keys: ["kubesphere:ksCore.chart"],
        obsolete: ["kubesphere:ksCore.repository"],
      },
      {
        name: "shop",
        version: "1.0.0",
        from: "https://shop",
        digest: "sha256:2",
        file: "/w/b",
        keys: ["kubesphere:extensions[0].source"],
        obsolete: ["kubesphere:extensions[0].chartURL"],
      },
      { name: "demo", version: "0.1.0", from: "kubesphere:extensions[1].source", digest: "sha256:3", file: "/w/c", keys: [], obsolete: [] },
    ],
    images: [
      { reference: reference("kubesphere/kubectl:v1"), neededBy: ["ks-core"], from: "kubesphere/kubectl:v1", digest: "sha256:4" },
      { reference: reference("inside.example.com/demo:v1"), neededBy: ["demo"], from: "inside.example.com/demo:v1", digest: "sha256:5" },
    ],
    plugins: [{ name: "random", version: "4.21.2", url: "https://plugins", archive: "random.tar.gz", digest: "sha256:6", file: "/w/d" }],
    packages: [{ name: "a", version: "1.0.0", integrity: "sha512-a" }],
  };

  test("every digest is whole, and what cannot be had is in the list too", () => {
    const problems = [
      { kind: "image" as const, name: "docker.io/library/nginx:latest", text: "no" },
      { kind: "image" as const, name: "docker.io/kubesphere/kubectl:v1", text: "listed, and not copied" },
      { text: "of nothing by name" },
    ];
    expect(listed(needs, problems)).toEqual([
      "chart   ks-core 1.1.3                    sha256:1                 oci://registry.example.com/ks-core 1.1.3",
      "chart   shop 1.0.0                       sha256:2                 https://shop",
      "chart   demo 0.1.0                       sha256:3                 kubesphere:extensions[1].source",
      "image   docker.io/kubesphere/kubectl:v1  sha256:4                 for ks-core",
      "image   inside.example.com/demo:v1       sha256:5                 for demo",
      "image   docker.io/library/nginx:latest   not known                see below",
      "plugin  random 4.21.2                    sha256:6                 https://plugins",
      "npm     1 packages                       each with its integrity  package-lock.json",
    ]);
  });

  test("a stack is told to take from the copy what it would look for elsewhere, and nothing else", () => {
    expect(chartFile({ name: "shop", version: "1.0.0" })).toBe("charts/shop-1.0.0.tgz");
    expect(configLines(chartChanges(needs, "my mirror"), "prod")).toEqual([
      "pulumi config set --stack prod --path kubesphere:ksCore.chart 'my mirror/charts/ks-core-1.1.3.tgz'",
      "pulumi config rm --stack prod --path kubesphere:ksCore.repository",
      "pulumi config set --stack prod --path 'kubesphere:extensions[0].source' 'my mirror/charts/shop-1.0.0.tgz'",
      "pulumi config rm --stack prod --path 'kubesphere:extensions[0].chartURL'",
    ]);
    expect(configLines(registryChanges(needs, statedIngress({}), "inside.example.com"), undefined)).toEqual([
      "pulumi config set --path kubesphere:ksCore.imageRegistry inside.example.com",
    ]);
    expect(configLines(registryChanges(needs, statedIngress({}), "other.example.com"), "prod").at(-1)).toBe(
      "pulumi config set --stack prod --path kubesphere:ksCore.imageRegistry other.example.com",
    );
  });
});

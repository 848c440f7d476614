/** Images by name: which ones a chart makes nodes pull, and where each comes from and goes. */
import { readFileSync } from "fs";
import { join } from "path";
import { imagesOf } from "../../cli/mirror/images";
import { folderOf, parseMappings, parseReference, referenceText, targetIn, upstreamOf, type Reference } from "../../cli/mirror/reference";
import type { K8s } from "../../cli/shared/objectDiff";

const CHECKOUT = join(__dirname, "../..");
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const reference = (text: string) => parseReference(text) as Reference;

describe("one image has one name, whatever its author left out: else it would be copied twice, or to a place where nobody looks", () => {
  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:1.16.0", "docker.io/library/nginx:1.16.0"],
    ["index.docker.io/nginx", "docker.io/library/nginx:latest"],
    ["kubesphere/ks-apiserver:v4.1.2", "docker.io/kubesphere/ks-apiserver:v4.1.2"],
    ["registry.k8s.io/ingress-nginx/controller:v1.15.1", "registry.k8s.io/ingress-nginx/controller:v1.15.1"],
    ["localhost/a", "localhost/a:latest"],
    ["127.0.0.1:5000/a/b_c", "127.0.0.1:5000/a/b_c:latest"],
    [`quay.io/a/b@${DIGEST}`, `quay.io/a/b@${DIGEST}`],
    [`quay.io/a/b:v1@${DIGEST}`, `quay.io/a/b:v1@${DIGEST}`],
  ])("%s is %s", (text, whole) => expect(referenceText(reference(text))).toBe(whole));

  test.each(["", "Nginx", "a//b", "a:b:c", "a b", "a@sha256:12", "quay.io/", "/a", "{{ .Values.image }}"])("%p is none", (text) =>
    expect(parseReference(text)).toBeUndefined(),
  );
});

test("an image is asked for at the place that stands in for its registry, and goes to the path that it has", () => {
  const mappings = parseMappings(["docker.io=127.0.0.1:5000", "docker.io/kubesphere=mirror.example.com/ks/"]);
  const upstream = (text: string) => upstreamOf(reference(text), mappings);
  expect(["nginx", "kubesphere/kubectl:v1", "kubesphere-x/a:v1", `quay.io/a@${DIGEST}`].map(upstream)).toEqual([
    "127.0.0.1:5000/library/nginx:latest",
    "mirror.example.com/ks/kubectl:v1",
    "127.0.0.1:5000/kubesphere-x/a:v1",
    `quay.io/a@${DIGEST}`,
  ]);
  const named = ["nginx", `127.0.0.1:5000/a/b:v1@${DIGEST}`, `quay.io/a@${DIGEST}`].map(reference);
  expect(named.map((it) => targetIn("registry.example.com/mirror", it))).toEqual([
    "registry.example.com/mirror/library/nginx:latest",
    "registry.example.com/mirror/a/b:v1",
    `registry.example.com/mirror/a@${DIGEST}`,
  ]);
  expect(named.map(folderOf)).toEqual(["docker.io/library/nginx/latest", "127.0.0.1_5000/a/b/v1", `quay.io/a/${DIGEST.replace(":", "-")}`]);
  for (const wrong of ["docker.io", "=a", "a=", "a=b=c"])
    expect(() => parseMappings([wrong])).toThrow(`--from ${wrong}: write REGISTRY=REGISTRY`);
});

const object = (kind: string, rest: object): K8s => ({ apiVersion: "v1", kind, metadata: { name: "it" }, ...rest });
const pod = (...images: string[]) => ({ containers: images.map((image) => ({ name: "it", image })) });

test("no image is missed, in whatever kind of object a pod stands: a node without it would pull for ever", () => {
  const { text } = (JSON.parse(readFileSync(join(CHECKOUT, "test/vectors/ks-core.json"), "utf8")) as { kubesphereYaml: { text: string } })
    .kubesphereYaml;
  const config = text.replaceAll("<registry>", "registry.example.com");
  const objects = [
    object("Pod", { spec: { initContainers: [{ image: "init" }], ephemeralContainers: [{ image: "debug" }], ...pod("main") } }),
    object("Deployment", { spec: { template: { spec: pod("deployment", "sidecar:v1") } } }),
    object("CronJob", { spec: { jobTemplate: { spec: { template: { spec: pod("cron") } } } } }),
    object("Job", { metadata: { name: "it", annotations: { "helm.sh/hook": "pre-upgrade" } }, spec: { template: { spec: pod("hook") } } }),
    object("List", { items: [object("DaemonSet", { spec: { template: { spec: pod("listed", "") } } })] }),
    object("Prometheus", { spec: { containers: [{ name: "it" }, { image: "operated" }], volumes: [{ image: { reference: "model:1" } }] } }),
    object("ConfigMap", { data: { "kubesphere.yaml": config, other: "image: none" } }),
    object("ConfigMap", {}),
    object("CustomResourceDefinition", { spec: { containers: { properties: { image: "none" } } } }),
  ];
  const { images, misspelt } = imagesOf(
    [
      { release: "two", objects: [object("Pod", { spec: pod("main", "A b", "A b") })] },
      { release: "one", objects },
    ],
    ["further"],
  );
  const hub = (names: string[]) => names.map((name) => `docker.io/library/${name}`);
  expect(images.map((it) => [referenceText(it.reference), ...it.neededBy].join(" "))).toEqual([
    ...hub([
      "cron:latest one",
      "debug:latest one",
      "deployment:latest one",
      "further:latest --image",
      "hook:latest one",
      "init:latest one",
    ]),
    ...hub(["listed:latest one", "main:latest one two", "model:1 one", "operated:latest one", "sidecar:v1 one"]),
    "registry.example.com/kubesphere/kubectl:v1.27.16 one",
  ]);
  expect(misspelt).toEqual(['two names the image "A b", which is no reference']);
});

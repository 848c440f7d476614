import * as fc from "fast-check";
import { EMPTY_INDEX, indexText, parseIndex, withRelease, type Release } from "../../cli/extension/repositoryIndex";

const NOW = "2026-01-31T00:00:00Z";
const LATER = "2026-02-28T00:00:00Z";
const release = (name: string, version: string, digest = "aa"): Release => ({
  chart: { apiVersion: "v2", name, version },
  digest,
  url: `${name}-${version}.tgz`,
});
const indexOf = (releases: readonly Release[], now = NOW) => releases.reduce((index, one) => withRelease(index, one, now), EMPTY_INDEX);

test("the index is what Helm writes: names in order, the newest version first", () => {
  const index = withRelease(
    indexOf([release("web", "0.9.0"), release("web", "0.10.0"), release("web", "0.10.0-rc.1")]),
    release("api", "1.0.0", "bb"),
    LATER,
  );
  expect(indexText(index)).toBe(`apiVersion: v1
entries:
  api:
    - apiVersion: v2
      created: '${LATER}'
      digest: bb
      name: api
      urls:
        - api-1.0.0.tgz
      version: 1.0.0
${["0.10.0", "0.10.0-rc.1", "0.9.0"]
  .map(
    (version, index) => `${index === 0 ? "  web:\n" : ""}    - apiVersion: v2
      created: '${NOW}'
      digest: aa
      name: web
      urls:
        - web-${version}.tgz
      version: ${version}
`,
  )
  .join("")}generated: '${LATER}'
`);
});

test("a release that is there keeps its time, and with other contents it is refused", () => {
  const index = indexOf([release("web", "1.0.0")]);
  expect(indexText(withRelease(index, release("web", "1.0.0"), LATER))).toBe(indexText(index));
  expect(() => withRelease(index, release("web", "1.0.0", "bb"), LATER)).toThrow(
    'web 1.0.0: "sha256:bb" is not allowed; allowed: sha256:aa, as it was released. A released version never changes: raise `version` in Chart.yaml.',
  );
});

test("what others have put into an index stays as it is", () => {
  const text = `annotations:
  owner: team
apiVersion: v1
entries:
  old:
    - created: '2020-01-01T00:00:00.5+02:00'
      custom: true
      name: old
      urls:
        - https://example.com/old.tgz
      version: not-semver
generated: '2020-01-01T00:00:00.5+02:00'
`;
  expect(indexText(parseIndex("index.yaml", text))).toBe(text);
});

test.each([
  ["a list", "- a\n"],
  ["no version", "apiVersion: v1\nentries: {web: [{name: web, urls: []}]}\n"],
  ["no YAML", "a: [\n"],
])("an index that Helm could not read is not added to: %s", (_, text) => {
  expect(() => parseIndex("dir/index.yaml", text)).toThrow(/^dir\/index\.yaml: .* allowed: the index of a Helm repository\. Restore it/);
});

const releases = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom("api", "base-2", "web"),
      version: fc.stringMatching(/^[0-9]\.[0-9]{1,2}\.[0-9](-rc\.[0-9])?$/),
      digest: fc.stringMatching(/^[0-9a-f]{1,8}$/),
    })
    .map(({ name, version, digest }) => release(name, version, digest)),
  { selector: ({ url }) => url },
);

test("the order of releases shows in no byte, and what is written is read as it was", () => {
  fc.assert(
    fc.property(releases, fc.infiniteStream(fc.nat()), (all, numbers) => {
      const shuffled = all
        .map((one) => [numbers.next().value as number, one] as const)
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one);
      const text = indexText(indexOf(all));
      expect(indexText(indexOf(shuffled))).toBe(text);
      expect(indexText(parseIndex("index.yaml", text))).toBe(text);
      // Released once more, later: nothing changes.
      expect(indexText(shuffled.reduce((index, one) => withRelease(index, one, LATER), parseIndex("index.yaml", text)))).toBe(text);
    }),
  );
});

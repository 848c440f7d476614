/** The release workflow, up to GitHub itself, by act: what a tag would bring people. */
import { createHash } from "crypto";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { CHECKOUT, run, succeeded } from "../support/sandbox";
import { getAct, runWorkflow, type Runner } from "./act";
import { standIns, standInVariables } from "./actions";
import { Repository } from "./repository";

jest.setTimeout(5 * 60_000);

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "release-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const { version } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as { version: string };
let runner: Runner;
let repository: Repository;
let changelog: string;

beforeAll(async () => {
  repository = new Repository(join(scratch, "repository"));
  changelog = join(repository.folder, "CHANGELOG.md");
  // Whatever has been released already.
  writeFileSync(changelog, readFileSync(changelog, "utf8").replaceAll(`## ${version}\n`, "## Unreleased\n"));
  repository.commit("before the release");
  runner = {
    executable: await getAct(),
    repository: repository.folder,
    folder: scratch,
    env: { ...process.env, ...standInVariables(CHECKOUT, repository.folder, scratch) },
    api: "http://127.0.0.1:1",
    secrets: { GITHUB_TOKEN: "token-of-the-run" },
    actions: standIns(join(CHECKOUT, ".github"), join(scratch, "actions")),
  };
}, 20 * 60_000);

const released = (tag: string) =>
  runWorkflow(runner, {
    event: "push",
    workflow: "release.yml",
    payload: { ref: `refs/tags/${tag}`, repository: { default_branch: "main" } },
  });
const JOBS = { package: "release/package", publish: "release/publish" } as const;

test.each([
  ["another version than the program's", "v99.0.0", `package.json has version ${version}, and the tag is v99.0.0`],
  ["a version that the changelog does not know", `v${version}`, `CHANGELOG.md has no section`],
])("a tag of %s makes no release, and says so before anything is built", async (_what, tag, said) => {
  const { jobs, log } = await released(tag);
  expect(jobs).toEqual({ [JOBS.package]: "failure" });
  expect(log).toContain(said);
  expect(log).not.toContain("npm run build");
  expect(existsSync(join(scratch, "releases"))).toBe(false);
});

test("a good tag brings the package, what it is made of, and sums that tell whether a download is whole", async () => {
  appendFileSync(changelog, `\n## ${version}\n\nIt is there.\n\n## 0.0.1\n\nOlder.\n`);
  repository.commit("release");
  expect((await released(`v${version}`)).jobs).toEqual({ [JOBS.package]: "success", [JOBS.publish]: "success" });

  const release = join(scratch, "releases", `v${version}`);
  const text = (name: string) => readFileSync(join(release, name), "utf8");
  const [archive, bill] = [`kubesphere-luban-${version}.tgz`, `kubesphere-luban-${version}.cdx.json`] as const;
  expect(readdirSync(release).sort()).toEqual(["SHA256SUMS", bill, archive, "notes", "token"].sort());
  expect([text("notes").trim(), text("token")]).toEqual(["It is there.", "token-of-the-run"]);
  const sums = [bill, archive].map(
    (name) =>
      `${createHash("sha256")
        .update(readFileSync(join(release, name)))
        .digest("hex")}  ${name}`,
  );
  expect(text("SHA256SUMS").trim().split("\n").sort()).toEqual(sums.sort());
  expect(readFileSync(join(scratch, "attested"), "utf8")).toBe(text("SHA256SUMS"));

  const { metadata, components } = JSON.parse(text(bill)) as Bill;
  expect(metadata.component).toMatchObject({ name: "kubesphere-luban", version });
  const { dependencies, peerDependencies } = JSON.parse(
    succeeded(await run("tar", ["-xzOf", join(release, archive), "package/package.json"])),
  ) as Manifest;
  const listed = components.map(({ name, version: its }) => `${name}@${its}`);
  expect(listed).toEqual(expect.arrayContaining(Object.entries(dependencies).map((it) => it.join("@"))));
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(peerDependencies)));
  expect(components.map(({ name }) => name)).not.toContain("jest");
});

interface Bill {
  readonly metadata: { readonly component: object };
  readonly components: readonly { readonly name: string; readonly version: string }[];
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

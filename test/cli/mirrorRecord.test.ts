/** The record of a mirror's folder may be a stranger's: it is read as what it must be, and leads nowhere else. */
import { mkdir, symlink } from "fs/promises";
import { join } from "path";
import { contentsOf } from "../../cli/mirror/folder";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();
const digest = `sha256:${"0".repeat(64)}`;
const chart = { name: "web", version: "1.0.0", from: "here", digest, file: "charts/web-1.0.0.tgz" };
const npm = (integrity: string) => ({ npm: { folder: "npm", packages: [{ name: "a", version: "1.0.0", integrity }] } });
const made = (record: unknown) => folder({ "mirror.json": JSON.stringify(record) });

test("what a mirror itself has written is not read again", async () => {
  const image = { image: "a.example/b:1", digest, folder: "images/a.example/b@1".replace("@", "-") };
  const record = { charts: [chart], images: [image], plugins: [chart], ...npm("sha512-YWJj") };
  expect(await contentsOf(await made(record))).toEqual(record);
});

test.each([
  ["a short digest", { charts: [{ ...chart, digest: "sha256:0" }] }, /charts\.0\.digest: no digest/],
  ["another algorithm", { images: [{ image: "a", digest: "md5:00", folder: "images/a" }] }, /images\.0\.digest: no digest/],
  ["an integrity that is none", npm("constructor-abc"), /npm\.packages\.0\.integrity: no integrity/],
  ["a list that is none", { plugins: {} }, /plugins: /],
  ["a record that is none", [], /mirror\.json is not readable/],
  ["a name that is none", { charts: [{ ...chart, name: 1 }] }, /charts\.0\.name: /],
])("a record with %s ends in a stack trace, or is believed", async (_what, record, told) => {
  await expect(contentsOf(await made(record))).rejects.toThrow(told);
});

test("a symbolic link in the folder leads to another file or folder of the machine", async () => {
  const outside = await folder({ secret: "" });
  const file = await made({ charts: [chart] });
  await mkdir(join(file, "charts"));
  await symlink(join(outside, "secret"), join(file, chart.file));
  await expect(contentsOf(file)).rejects.toThrow("charts/web-1.0.0.tgz leads out of the folder");
  const parent = await made({ charts: [chart] });
  await symlink(outside, join(parent, "images"));
  await expect(contentsOf(parent)).rejects.toThrow("images leads out of the folder");
  const within = await made({});
  await mkdir(join(within, "images", "a"), { recursive: true });
  await symlink(join(outside, "later"), join(within, "images", "a", "blobs"));
  await expect(contentsOf(within)).rejects.toThrow("images/a/blobs leads out of the folder");
});

test("a link within the folder is refused", async () => {
  const file = await made({ charts: [chart] });
  await mkdir(join(file, "charts"));
  await symlink("../mirror.json", join(file, chart.file));
  expect((await contentsOf(file)).charts).toEqual([chart]);
});

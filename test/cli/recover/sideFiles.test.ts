import { homedir } from "os";
import { join } from "path";
import { folderOf } from "../../../cli/recover/sideFiles";

test.each([
  ["file:///srv/state", "/srv/state"],
  ["file:///srv/my%20state?no_tmp_dir=true", "/srv/my state"],
  ["file://~", homedir()],
  ["file://~/state", join(homedir(), "state")],
  ["s3://bucket/state", undefined],
  ["https://app.pulumi.com/ann", undefined],
])("the state of %s is looked for where it is", (url, folder) => {
  expect(folderOf(url)).toBe(folder);
});

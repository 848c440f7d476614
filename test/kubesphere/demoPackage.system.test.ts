/** What Helm decides of a package, with the real one. */
import { createHash } from "crypto";
import { join } from "path";
import { packageExtension } from "../../kubesphere/extensionPackage";
import { helmRendering } from "../support/rendering";

const DEMO = join(__dirname, "../../extensions/demo");

test("the demo extension is these bytes on every machine; a change of them rolls out everywhere", async () => {
  const { name, version, archive, digest } = await packageExtension(DEMO, await helmRendering());
  expect({ name, version, digest }).toEqual({
    name: "demo",
    version: "0.1.0",
    digest: "sha256:2988f1fd4475eb9d1b8b9bbead3c95e6453cc8f84b970eeaf5be2e96216390eb",
  });
  expect(digest).toBe(`sha256:${createHash("sha256").update(archive).digest("hex")}`);
});

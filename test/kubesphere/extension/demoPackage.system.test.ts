/** What Helm decides of a package, with the real one. */
import { createHash } from "crypto";
import { join } from "path";
import { packageExtension } from "../../../kubesphere/extension/extensionPackage";
import { helmRendering } from "../../support/rendering";

const DEMO = join(__dirname, "../../../extensions/demo");

test("the demo extension is these bytes on every machine; a change of them rolls out everywhere", async () => {
  const { name, version, archive, digest } = await packageExtension(DEMO, await helmRendering());
  expect({ name, version, digest }).toEqual({
    name: "demo",
    version: "0.1.0",
    digest: "sha256:e6db19125f626eeb38d25d7f1db6719dc5e8eef18de4cbf7e2d36ddb68839c28",
  });
  expect(digest).toBe(`sha256:${createHash("sha256").update(archive).digest("hex")}`);
});

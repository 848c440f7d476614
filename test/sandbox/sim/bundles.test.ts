import { createHash } from "crypto";
import { readFileSync } from "fs";
import { join } from "path";
import { bundleAnswer, type ReadKey } from "../../../sandbox/src/sim/bundles.js";
import type { ConfigMap, JSBundle } from "../../../sandbox/src/sim/objects.js";

interface Get {
  path: string;
  status: number;
  contentType: string;
  length: number;
  sha256: string;
}

interface Case {
  name: string;
  request: JSBundle;
  admission: { status: number; stored?: Pick<JSBundle, "spec" | "status"> };
  get?: Get[];
}

const { configMaps, cases } = JSON.parse(readFileSync(join(__dirname, "../../vectors/jsbundle.json"), "utf8")) as {
  configMaps: Record<string, ConfigMap>;
  cases: Case[];
};
const text = configMaps["goldpub-cm"]?.data?.["index.js"] ?? "";

const read: ReadKey = (_, { name, key }) => {
  if (!(name in configMaps)) return Promise.resolve(undefined);
  // The recording says of its binary data only that it is the same text.
  return Promise.resolve(Buffer.from(key === "index.js" ? text : ""));
};

const stored = cases.flatMap(({ name, request, admission, get }) =>
  admission.stored && get ? [{ name, bundle: { ...request, ...admission.stored }, get }] : [],
);

test.each(stored.map((it) => [it.name, it] as const))(
  "an extension's front end is served otherwise than by real KubeSphere: %s",
  async (_, { bundle, get }) => {
    for (const { path, ...expected } of get) {
      const { status, contentType, body } = await bundleAnswer(path.replace(/\?.*$/, ""), [bundle], read);
      const bytes = Buffer.from(body);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      expect({ path, status, contentType, length: bytes.length, sha256 }).toEqual({
        path,
        ...{ status: expected.status, contentType: expected.contentType, length: expected.length, sha256: expected.sha256 },
      });
    }
  },
);

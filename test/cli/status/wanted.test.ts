import { join } from "path";
import { packageExtension } from "../../../kubesphere/extension/extensionPackage";
import { installPlan } from "../../../kubesphere/extension/extensionObjects";
import { configHash } from "../../../kubesphere/extension/installPlan";
import { wantedBy } from "../../../cli/status/wanted";
import { RENDERING } from "../../support/rendering";

const CHECKOUT = join(__dirname, "../../..");
const config = (...extensions: object[]) => ({ access: { domain: "example.com" }, production: "false", extensions });

test("the wanted hash is that of the plan which the program declares, from wherever the command is run", async () => {
  const values = { demo: { replicaCount: 2 } };
  const pkg = await packageExtension(join(CHECKOUT, "extensions/demo"), RENDERING);
  const { spec } = installPlan(pkg, { version: "0.1.0", enabled: true, namespace: "extension-demo", config: values });
  const folder = process.cwd();
  process.chdir("/");
  try {
    expect(
      await wantedBy(config({ source: "./extensions/demo", install: { config: values } }), CHECKOUT, () => Promise.resolve(RENDERING)),
    ).toEqual([
      {
        name: "demo",
        versions: ["0.1.0"],
        install: {
          version: "0.1.0",
          configHash: configHash(spec.config),
          valuesHash: configHash("demo:\n  replicaCount: 2\n"),
          enabled: true,
          namespace: "extension-demo",
          clusters: [],
        },
      },
    ]);
  } finally {
    process.chdir(folder);
  }
});

test("an extension that is only published is wanted without an install", async () => {
  expect(await wantedBy(config({ source: "./extensions/demo", install: false }), CHECKOUT, () => Promise.resolve(RENDERING))).toEqual([
    { name: "demo", versions: ["0.1.0"] },
  ]);
});

test("a configuration that `pulumi up` would refuse is refused in the same words", async () => {
  await expect(wantedBy(config({ sauce: "./extensions/demo" }), CHECKOUT, () => Promise.resolve(RENDERING))).rejects.toThrow(
    /^kubesphere:extensions\[0\]\.sauce: there is no such key/,
  );
  await expect(wantedBy(config({ source: "./extensions/none" }), CHECKOUT, () => Promise.resolve(RENDERING))).rejects.toThrow(
    /^kubesphere:extensions\[0\]\.source: /,
  );
});

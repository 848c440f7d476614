import { readFileSync } from "fs";
import { join } from "path";
import type * as components from "../components";
import type * as plugin from "../plugin";

type Same<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : never;

/** Members are components of a program that declares them, which programs in other languages do not. */
type FlatExtension = Omit<components.ExtensionArgs, "install" | "members"> &
  components.ExtensionInstallArgs & { readonly publishOnly: boolean };
type Renamed = Omit<components.ExtensionRepositoryArgs, "name"> & { readonly repositoryName: string };

/** Does not compile where one of the two has a key that the other one lacks. */
const sameKeys: {
  readonly extension: Same<plugin.ExtensionArgs, FlatExtension>;
  readonly version: Same<plugin.ExtensionPackageArgs, components.ExtensionPackageArgs>;
  readonly oauthClient: Same<plugin.OAuthClientArgs, components.OAuthClientArgs>;
  readonly memberCluster: Same<plugin.MemberClusterArgs, components.MemberClusterArgs>;
  readonly extensionRepository: Same<plugin.ExtensionRepositoryArgs, Renamed>;
} = { extension: true, version: true, oauthClient: true, memberCluster: true, extensionRepository: true };

test("an argument of a component that programs in other languages lack", () => {
  expect(Object.values(sameKeys).every(Boolean)).toBe(true);
});

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifest = (folder: string) => JSON.parse(readFileSync(join(__dirname, "..", folder, "package.json"), "utf8")) as Manifest;

test("the plugin is another release than the package, or brings other SDKs", () => {
  const { version, dependencies } = manifest(".");
  const { "kubesphere-luban": own, ...others } = manifest("plugin").dependencies;
  expect([manifest("plugin").version, own]).toEqual([version, version]);
  expect(dependencies).toMatchObject(others);
});

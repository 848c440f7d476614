import type { z } from "zod";
import type {
  ExtensionArgs,
  ExtensionInstallArgs,
  ExtensionRepositorySettingsArgs,
  HarborSettingsArgs,
  KsCoreSettingsArgs,
  MemberClusterSettingsArgs,
  OAuthClientSettingsArgs,
  PlatformArgs,
} from "../../components";
import type { extension, extensionRepository, installSection } from "../../settings/extensionSettings";
import type { memberCluster } from "../../settings/memberSettings";
import type { harbor, oauthClient } from "../../settings/oauthSettings";
import { platformSettings } from "../../components/platformArgs";
import type { settingsSchema } from "../../settings/settings";

type Stack = z.input<typeof settingsSchema>;
type Same<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : never;

/** Does not compile where one of the two has a key that the other one lacks. */
const sameKeys: {
  readonly platform: Same<Omit<PlatformArgs, "secrets">, Stack>;
  readonly access: Same<PlatformArgs["access"], Stack["access"]>;
  readonly ports: Same<NonNullable<PlatformArgs["ports"]>, NonNullable<Stack["ports"]>>;
  readonly ingress: Same<NonNullable<PlatformArgs["ingress"]>, NonNullable<Stack["ingress"]>>;
  readonly ingressNginx: Same<NonNullable<PlatformArgs["ingressNginx"]>, NonNullable<Stack["ingressNginx"]>>;
  readonly ksCore: Same<KsCoreSettingsArgs, NonNullable<Stack["ksCore"]>>;
  readonly memberCluster: Same<MemberClusterSettingsArgs, z.input<typeof memberCluster>>;
  readonly extension: Same<Omit<ExtensionArgs, "members">, z.input<typeof extension>>;
  readonly install: Same<ExtensionInstallArgs, z.input<typeof installSection>>;
  readonly extensionRepository: Same<ExtensionRepositorySettingsArgs, z.input<typeof extensionRepository>>;
  readonly oauthClient: Same<OAuthClientSettingsArgs, z.input<typeof oauthClient>>;
  readonly harbor: Same<HarborSettingsArgs, z.input<typeof harbor>>;
} = {
  ...{ platform: true, access: true, ports: true, ingress: true, ingressNginx: true, ksCore: true, extension: true, install: true },
  ...{ memberCluster: true, extensionRepository: true, oauthClient: true, harbor: true },
};

test("what a stack's configuration may say, a program may give: an argument that a program cannot name would be out of its reach", () => {
  expect(Object.values(sameKeys).every(Boolean)).toBe(true);
});

test("an argument that is given as undefined is one that is left out", () => {
  const access = { nodeIP: "192.168.50.208", domain: undefined };
  const settings = platformSettings(
    { access, adminPassword: undefined, extensions: [{ source: "./shop", install: undefined }] },
    "lab",
    "lab:",
  );
  expect(settings).toMatchObject({ access: { nodeIP: "192.168.50.208" }, cluster: { identifier: "lab" }, production: false });
  expect(settings.extensions[0]).toMatchObject({ packages: [{ source: "./shop" }], install: { enabled: true } });
});

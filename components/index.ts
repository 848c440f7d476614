/** KubeSphere 4 (Luban) as Pulumi components. */
export { Extension } from "./extension";
export type { ExtensionArgs, ExtensionInstallArgs, ExtensionPackageArgs } from "./extensionArgs";
export { ExtensionRepository, type ExtensionRepositoryArgs } from "./extensionRepository";
export { HarborOidc, type HarborOidcArgs } from "./harborOidc";
export { IngressController, type IngressControllerArgs } from "./ingressController";
export { KsCore, type KsCoreArgs } from "./ksCore";
export { OAuthClient, type OAuthClientArgs } from "./oauthClient";
export { Platform, type ExtensionUrls, type OAuthClientOutputs } from "./platform";
export type {
  ChartArgs,
  ConsoleTlsArgs,
  ExtensionRepositorySettingsArgs,
  HarborSettingsArgs,
  KsCoreSettingsArgs,
  OAuthClientSettingsArgs,
  PlatformArgs,
  SecretPart,
} from "./platformArgs";

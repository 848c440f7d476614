/**
 * KubeSphere 4 (Luban) as Pulumi components.
 *
 * @packageDocumentation
 */
export { Extension } from "./extension";
export type { ExtensionArgs, ExtensionInstallArgs, ExtensionPackageArgs } from "./extensionArgs";
export { ExtensionRepository, type ExtensionRepositoryArgs } from "./extensionRepository";
export { HarborOidc, type HarborOidcArgs } from "./harborOidc";
export { IngressController, type IngressControllerArgs } from "./ingressController";
export { KsCore, type KsCoreArgs } from "./ksCore";
export { MemberCluster } from "./memberCluster";
export type { MemberClusterArgs } from "./memberClusterArgs";
export { OAuthClient, type OAuthClientArgs } from "./oauthClient";
export { Platform, type ExtensionUrls, type OAuthClientOutputs } from "./platform";
export type {
  ChartArgs,
  ConsoleTlsArgs,
  ExtensionRepositorySettingsArgs,
  HarborSettingsArgs,
  KsCoreSettingsArgs,
  MemberClusterSettingsArgs,
  OAuthClientSettingsArgs,
  PlatformArgs,
  SecretPart,
} from "./platformArgs";
// The types that the arguments above are made of.
export type { ChartReference } from "../kubesphere/chart/chartSource";
export type { ChartAccess } from "../kubesphere/chart/chartAccess";
export type { DeclaredChart } from "./shared/helmRelease";
export type { Values } from "../kubesphere/chart/helmValues";
export type { Allowance } from "../kubesphere/extension/allowances";
export type { ClusterScheduling } from "../kubesphere/extension/clusterScheduling";
export type { ExtensionConfig } from "../kubesphere/extension/extensionConfig";
export type { KeyPair } from "../kubesphere/login/certificate";
export type { CertManagerIssuer, ConsoleHttps, ConsoleTls } from "../kubesphere/login/consoleIngress";
export type { ControllerName } from "../kubesphere/ingress/controllers";
export type { HarborOidcOptions } from "../kubesphere/login/harbor";
export type { GrantMethod } from "../kubesphere/login/oauthClientConfig";
export type { Portal } from "../kubesphere/urls";

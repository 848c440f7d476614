import { checkIssuer, harborExposure, harborOidcSettings, harborRedirectURI } from "../../../kubesphere/login/harbor";
import { describeProblem } from "../../../kubesphere/errors";

const settings = { issuer: "https://ks.example.com", clientId: "harbor", clientSecret: "hush" };

test("Harbor signs its users in through KubeSphere, by claims and scopes that KubeSphere has", () => {
  expect(JSON.parse(harborOidcSettings(settings))).toEqual({
    auth_mode: "oidc_auth",
    oidc_name: "KubeSphere",
    oidc_endpoint: "https://ks.example.com",
    oidc_client_id: "harbor",
    oidc_client_secret: "hush",
    oidc_scope: "openid,email,profile",
    oidc_user_claim: "preferred_username",
    oidc_auto_onboard: true,
    oidc_verify_cert: true,
  });
});

test("everything about Harbor's login can be said otherwise, and its text is the same at each run", () => {
  const options = { scopes: ["openid"], autoOnboard: false, userClaim: "email", adminGroup: "admins", verifyCert: false };
  expect(harborOidcSettings({ ...settings, ...options })).toBe(
    '{"auth_mode":"oidc_auth","oidc_name":"KubeSphere","oidc_endpoint":"https://ks.example.com","oidc_client_id":"harbor",' +
      '"oidc_client_secret":"hush","oidc_scope":"openid","oidc_user_claim":"email","oidc_auto_onboard":false,"oidc_verify_cert":false,' +
      '"oidc_groups_claim":"groups","oidc_admin_group":"admins"}',
  );
  expect(JSON.parse(harborOidcSettings({ ...settings, adminGroup: "admins", groupsClaim: "roles" }))).toMatchObject({
    oidc_groups_claim: "roles",
  });
});

test("an issuer that Harbor would refuse is refused before, without the secret", () => {
  const refused =
    'issuer: "http://ks.example.com" is not allowed; allowed: an https URL: Harbor refuses any other issuer. Serve the console with https: set kubesphere:ksCore.https.';
  expect(() => harborOidcSettings({ ...settings, issuer: "http://ks.example.com" })).toThrow(refused);
  expect(checkIssuer("issuer", "http://ks.example.com").map(describeProblem)).toEqual([refused]);
  expect(checkIssuer("issuer", "https://ks.example.com")).toEqual([]);
});

test("the login returns to Harbor's own address, and Harbor answers there", () => {
  expect(harborRedirectURI("https://harbor.example.com:30443")).toBe("https://harbor.example.com:30443/c/oidc/callback");
  expect(harborExposure("https://harbor.example.com:30443", "nginx")).toEqual({
    externalURL: "https://harbor.example.com:30443",
    expose: { type: "ingress", tls: { enabled: true }, ingress: { className: "nginx", hosts: { core: "harbor.example.com" } } },
  });
  expect(harborExposure("http://harbor.local", "nginx").expose.tls).toEqual({ enabled: false });
});

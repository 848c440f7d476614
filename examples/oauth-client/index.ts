import { Provider } from "@pulumi/kubernetes";
import { Secret } from "@pulumi/kubernetes/core/v1";
import { OAuthClient } from "kubesphere-luban";

/** The cluster of $KUBECONFIG, which has KubeSphere. */
const provider = new Provider("cluster", { enablePatchForce: true, enableSecretMutable: true });

/** KubeSphere's own side of the login: a client whose secret is made once and kept. */
const { clientId, clientSecret } = new OAuthClient(
  "wiki",
  { clientName: "wiki", redirectURIs: ["https://wiki.example.com/oauth/callback"], scopes: ["openid", "email"] },
  { provider },
);

/** The application's side: what it is started with. */
new Secret("wiki-login", { metadata: { name: "wiki-login", namespace: "default" }, stringData: { clientId, clientSecret } }, { provider });

export { clientId };

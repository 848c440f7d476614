/** Somebody with fewer rights in the sandbox's cluster than its administrator. */
import { readFile } from "fs/promises";
import { load } from "js-yaml";
import { api } from "./sandbox";

const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";

/** @param rules of a ClusterRole. @returns a token, and what takes it all away */
export async function serviceAccount(env: NodeJS.ProcessEnv, name: string, rules: readonly object[] = []) {
  const made = async (path: string, body: object) => {
    const { status, body: answer } = await api(env, "POST", path, body);
    if (status !== 201) throw new Error(`POST ${path}: ${answer}`);
    return answer;
  };
  await made(ACCOUNTS, { metadata: { name } });
  await made(`${RBAC}/clusterroles`, { metadata: { name }, rules });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  await made(`${RBAC}/clusterrolebindings`, {
    metadata: { name },
    roleRef,
    subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
  });
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { status } = JSON.parse(await made(`${ACCOUNTS}/${name}/token`, request)) as { status: { token: string } };
  return {
    token: status.token,
    remove: async () => {
      for (const path of [`${RBAC}/clusterrolebindings`, `${RBAC}/clusterroles`, ACCOUNTS]) await api(env, "DELETE", `${path}/${name}`);
    },
  };
}

/** The sandbox's kubeconfig, as text, for somebody else. */
export async function kubeconfigWith(env: NodeJS.ProcessEnv, user: object): Promise<string> {
  const config = load(await readFile(env["KUBECONFIG"] as string, "utf8")) as { users: { user: object }[] };
  return JSON.stringify({ ...config, users: config.users.map((entry) => ({ ...entry, user })) });
}

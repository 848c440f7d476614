import { api } from "./sandbox";

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly phase?: string };
}

/** What the executors' Pods have said that are in a cluster, as `kubectl logs` has it, of one namespace or of all. */
export async function executorLogs(env: NodeJS.ProcessEnv, namespace?: string): Promise<string[]> {
  const within = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const { items } = JSON.parse((await api(env, "GET", `/api/v1${within}/pods`)).body) as { items: Pod[] };
  const executors = items.filter(({ metadata: { labels = {} } }) => labels["job-name"]?.startsWith("helm-"));
  return Promise.all(
    executors.map(async ({ metadata }) => {
      const { status, body } = await api(env, "GET", `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log`);
      if (status !== 200) throw new Error(`the log of Pod ${metadata.namespace}/${metadata.name}: HTTP ${status} ${body}`);
      return body;
    }),
  );
}

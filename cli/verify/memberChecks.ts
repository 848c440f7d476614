/** Whether KubeSphere reaches each member of a stack from its host, as its console does, and whether the agents there are ready. */
import { memberRefused, notReady, otherVersion } from "./causes";
import { failed, ok, skipped, type Check, type Verdict } from "./check";
import { UNKNOWN_PASSWORD, wrongPassword, type Administrator } from "./login";
import type { AgentWorkloads, Member } from "./members";
import type { Requests } from "./requests";
import type { Target } from "./target";

/**
 * The console passes on what is under `/kapis` alone, so the version is asked there, with a login.
 * @param administrator undefined where the password is not known
 */
export function memberChecks(
  { consoleUrl, members }: Pick<Target, "consoleUrl" | "members">,
  { ask, place, told }: Pick<Requests, "ask" | "place" | "told">,
  administrator: Administrator | undefined,
): readonly Check[] {
  return members.flatMap((member) => [
    { what: `member ${member.name}`, run: () => reach(member) },
    ...member.agents.map((agent) => ({ what: `agent ${agent.extension} on ${member.name}`, run: () => agentIsReady(agent) })),
  ]);

  async function reach({ name }: Member): Promise<Verdict> {
    if (administrator === undefined) return skipped(UNKNOWN_PASSWORD);
    const url = `${consoleUrl}/clusters/${name}/kapis/version`;
    return told(place(url), async () => {
      const token = await administrator().catch(() => null);
      if (token === null) return skipped("KubeSphere gives no token");
      if (token === undefined) return wrongPassword();
      const asked = (it: string) => ask(it, { headers: { authorization: `Bearer ${token}` } });
      const [answer, host] = await Promise.all([asked(url), asked(`${consoleUrl}/kapis/version`)]);
      const said = await answer.text();
      if (answer.status >= 400) return failed(`${url}: HTTP ${answer.status}`, memberRefused(answer.status, messageIn(said), name));
      const [version, wanted] = [versionIn(said), versionIn(await host.text())];
      if (version === undefined) return failed(`${url}: no version`, memberRefused(404, "another server answers there", name));
      if (wanted !== undefined && version !== wanted) return failed(`${url}: ${version}`, otherVersion(version, wanted));
      return ok(`${url}: ${version}`);
    });
  }
}

async function agentIsReady({ namespace, workloads }: AgentWorkloads): Promise<Verdict> {
  const found = await workloads();
  if ("unread" in found) return skipped(`the member cannot be asked from here: ${found.unread}`);
  const short = found.filter(({ ready, wanted }) => ready < wanted);
  if (short.length === 0)
    return ok(found.length === 0 ? "it has no Pods of its own" : found.map(({ object, ready }) => `${object}: ${ready} ready`).join(", "));
  return failed(short.map(({ object, ready, wanted }) => `${object}: ${ready} of ${wanted} ready`).join(", "), notReady(namespace));
}

/** As Kubernetes has it, or as Go wraps it. */
function messageIn(text: string): string {
  const { message, ErrStatus } = (jsonOf(text) ?? {}) as { message?: string; ErrStatus?: { message?: string } };
  return message ?? ErrStatus?.message ?? "it gives no reason";
}

const versionIn = (text: string): string | undefined => (jsonOf(text) as { gitVersion?: string } | undefined)?.gitVersion;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

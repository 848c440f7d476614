/** What `npm start` and `npm run sandbox -- <command>` do. */
import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { closedLines, closedUrls, urlsLine, type Closed } from "./browserUrls.js";
import { isReady } from "./clusterApi.js";
import { runningComponents, stopControlPlane } from "./controlPlane.js";
import { startControlPlanes } from "./controlPlanes.js";
import { endOrphans, exportLines, hasMember, isMade, keepNoRunLogs, linkTools, variables } from "./environment.js";
import { writeKsCoreCharts } from "./ksCoreCharts.js";
import { withLock } from "./lock.js";
import { mendStack } from "./mend.js";
import { DEFAULT_NAME, type ControlPlanePaths, type SandboxPaths } from "./paths.js";
import { getPlugins } from "./plugins.js";
import { isPortFree } from "./portFree.js";
import { Failure, freeMebibytes, say, secondsSince, step } from "./report.js";
import { chooseSettings, readSettings, type ClusterPorts, type SandboxOptions, type Settings } from "./settings.js";
import { simulatorState, startSimulator, stopSimulator } from "./simulator.js";
import { deploy, prepareStack, stackOutputs } from "./stack.js";
import { getTools } from "./tools/index.js";
import { checkUrls, urlsOf, type CheckedUrl } from "./urls.js";
import { oneLine, printableJson } from "../../cli/shared/text/terminal";
import { maskUrls } from "../../cli/shared/urls";

// etcd alone sets 128 MiB aside for its log.
const NEEDED_MEBIBYTES = 512;

const locked = <T>(paths: SandboxPaths, work: () => Promise<T>) => withLock(paths.lock, { what: `sandbox ${paths.name}` }, work);

/** Tools, control plane, simulator, and a stack that is ready to be deployed. */
export const up = (paths: SandboxPaths, options: SandboxOptions) => locked(paths, () => bringUp(paths, options));

async function bringUp(paths: SandboxPaths, options: SandboxOptions): Promise<Settings> {
  const free = freeMebibytes(paths.cache);
  if (free < NEEDED_MEBIBYTES) {
    throw new Failure(
      `the disk of ${paths.cache} has ${free} MiB left, and a sandbox needs ${NEEDED_MEBIBYTES}: ` +
        `free some space, or name another folder in KUBESPHERE_SANDBOX_HOME`,
    );
  }
  mkdirSync(paths.root, { recursive: true });
  // Keys, state and logs are in it; an earlier version made it for everybody to look into.
  chmodSync(paths.root, 0o700);
  let settings = await chooseSettings(paths, options);
  await checkHostPorts(paths, settings);
  let located: Readonly<Record<string, string>> = {};
  await step(async () => {
    const { paths: found, summary } = await getTools(paths);
    located = found;
    linkTools(paths, located);
    keepNoRunLogs(paths);
    return `tools: ${summary}`;
  });
  await step(async () => `plugins: ${await getPlugins(paths, located)}`);
  await step(async () => {
    const { ports, isNew, isRunning, said } = await startControlPlanes(paths, settings, located);
    settings = { ...settings, ...ports };
    // An empty cluster has nothing of what an earlier stack's state says.
    if (isNew) rmSync(paths.state, { recursive: true, force: true });
    // The simulator knows the control planes that it was started with, and their certificates.
    if (!isRunning) await stopSimulator(paths);
    return said;
  });
  await step(async () => {
    writeKsCoreCharts(paths.checkout, paths.charts);
    return `kubesphere-sim: ${await startSimulator(paths, located)}`;
  });
  await step(async () => {
    await prepareStack(paths, settings);
    return `stack: configured in ${paths.config}`;
  });
  return settings;
}

async function checkHostPorts(paths: SandboxPaths, { ingressPort, consolePort }: Settings): Promise<void> {
  // The simulator holds them as soon as the stack declares them.
  if (simulatorState(paths)) return;
  for (const [option, port] of Object.entries({ "--ingress-port": ingressPort, "--console-port": consolePort })) {
    if (await isPortFree(port)) continue;
    throw new Failure(
      `port ${port} of 127.0.0.1 is taken by another process, perhaps by another sandbox: end it, or give another with ${option}`,
    );
  }
}

/** The whole stack: {@link up}, deployed and checked. */
export const start = (paths: SandboxPaths, options: SandboxOptions) =>
  locked(paths, async () => {
    const since = performance.now();
    await mendStack(paths, await bringUp(paths, options));
    await step(async () => {
      await deploy(paths);
      return "stack: deployed";
    });
    const urls = urlsOf(await stackOutputs(paths));
    let closed: readonly Closed[] = [];
    await step(async () => {
      await checkUrls(urls, () => (simulatorState(paths)?.errors ?? []).map((error) => `  kubesphere-sim says: ${error}`));
      closed = await closedUrls(urls);
      return urlsLine(urls, closed);
    });
    process.stdout.write(startText(paths, urls, closed, secondsSince(since)));
  });

function startText(paths: SandboxPaths, urls: readonly CheckedUrl[], closed: readonly Closed[], time: string): string {
  const { name, member } = paths;
  const flag = name === DEFAULT_NAME ? "" : ` --name ${name}`;
  const next = [
    [`npm start${flag && ` --${flag}`}`, "again: it finds nothing to do"],
    [`eval "$(npm run -s sandbox -- env${flag})"`, "from here on, plain pulumi and helm work on it"],
    ["pulumi preview", "what a change in extensions/demo would do"],
    ["pulumi stack output --show-secrets", "the OAuth client and its secret"],
    [`npm run sandbox -- down${flag}`, "stop it; reset deletes its state too"],
  ] as const;
  const table = (rows: readonly (readonly [string, string])[]) => {
    const width = Math.max(...rows.map(([first]) => first.length));
    return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
  };
  const kubeconfig = hasMember(paths) ? ([["member's kubeconfig", member.kubeconfig]] as const) : [];
  const addresses = table([...urls.map(({ what, url }) => [what, url] as const), ...kubeconfig]);
  return ["", `KubeSphere sandbox is up (${time})`, ...addresses, ...closedLines(closed), "", "Try next:", ...table(next), ""].join("\n");
}

export const down = (paths: SandboxPaths) =>
  locked(paths, () =>
    step(async () => {
      await stop(paths);
      return `sandbox ${paths.name}: stopped`;
    }),
  );

async function stop(paths: SandboxPaths): Promise<void> {
  await endOrphans(paths);
  await stopSimulator(paths);
  for (const controlPlane of [paths.member, paths]) await stopControlPlane(controlPlane);
}

export const reset = (paths: SandboxPaths) =>
  locked(paths, () =>
    step(async () => {
      await stop(paths);
      rmSync(paths.root, { recursive: true, force: true });
      return `sandbox ${paths.name}: stopped and forgotten; tools and plugins stay in ${paths.cache}`;
    }),
  );

export async function status(paths: SandboxPaths, json: boolean): Promise<void> {
  const settings = readSettings(paths.settings);
  const components = runningComponents(paths);
  const simulator = simulatorState(paths);
  const member = await memberStatus(paths, settings);
  const report = {
    name: paths.name,
    exists: isMade(paths),
    ready: Boolean(settings && (await answers(paths, settings.clusterPorts)) && simulator?.ready && (member?.ready ?? true)),
    components,
    simulator: simulator ?? null,
    ports: settings ? { ingress: settings.ingressPort, console: settings.consolePort, ...settings.clusterPorts } : null,
    ...(member && { member }),
    folder: paths.root,
  };
  if (json) {
    process.stdout.write(`${printableJson(maskUrls(JSON.stringify(report, undefined, 2)))}\n`);
    return;
  }
  const state = report.ready ? "running" : Object.keys(components).length > 0 ? "partly running" : report.exists ? "stopped" : "not there";
  const processes = [
    ...Object.entries(components),
    ...Object.entries(member?.components ?? {}).map(([name, pid]) => [`${name} of the member`, pid] as const),
    ...(simulator ? [["kubesphere-sim", simulator.pid] as const] : []),
  ];
  const lines = [
    `sandbox ${paths.name}: ${state}`,
    ...processes.map(([name, pid]) => `  ${name} (process ${pid})`),
    ...(simulator?.errors ?? []).map((error) => `  kubesphere-sim says: ${error}`),
    ...(report.exists ? [`  files in ${paths.root}`] : []),
  ];
  process.stdout.write(`${lines.map((line) => oneLine(maskUrls(line))).join("\n")}\n`);
}

const answers = async (paths: ControlPlanePaths, ports: ClusterPorts) => existsSync(paths.pki) && (await isReady(paths, ports));

/** Undefined where the sandbox has none. */
async function memberStatus({ member }: SandboxPaths, { memberPorts }: Partial<Settings> = {}) {
  if (memberPorts === undefined) return undefined;
  const ready = await answers(member, memberPorts);
  return { ready, components: runningComponents(member), ports: memberPorts, kubeconfig: member.kubeconfig };
}

export function env(paths: SandboxPaths, json: boolean): void {
  if (!isMade(paths)) throw new Failure(`sandbox ${paths.name} is not there: run "npm start" or "npm run sandbox -- up" first`);
  if (Object.keys(runningComponents(paths)).length === 0) say(`sandbox ${paths.name} is stopped: "npm run sandbox -- up" starts it`);
  const set = Object.fromEntries(Object.entries(variables(paths)).filter(([, value]) => value !== undefined));
  process.stdout.write(json ? `${JSON.stringify({ ...set, PATH_PREFIX: paths.bin }, undefined, 2)}\n` : `${exportLines(paths)}\n`);
}

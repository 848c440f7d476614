/** The machines that a stack's configuration describes, checked before anything is run. */
import { z } from "zod";
import { cluster, type KubekeySettings } from "../../settings/clusterSettings";
import { configurationProblems } from "../../settings/configProblems";
import { describeProblem } from "../../kubesphere/errors";
import { together } from "../../kubesphere/parallel";
import { stackSettings, type StatedConfig } from "../preview/secrets";
import { Failure } from "../shared/command";
import { openStack, stackName, type Stack } from "../shared/pulumi";
import { keyFile } from "./files";
import { unreadable } from "./kk";

export interface Opened {
  readonly stack: Stack;
  /** Also of the selected stack. */
  readonly name: string;
  readonly kubekey: KubekeySettings;
  /** Path or contents; undefined before the cluster is made. */
  readonly kubeconfig: string | undefined;
}

const schema = z.object({ cluster: cluster.prefault({}) });

/** @throws Failure with every mistake in `cluster`, one line each */
export async function openCluster(given: string | undefined, checkout: string): Promise<Opened> {
  const stack = openStack(given, checkout);
  const [{ config, stated }, name] = await together([stackSettings(stack, checkout), stackName(stack)]);
  return { stack, name, ...checked(config, stated, name) };
}

/** @param config by key without namespace, in clear */
export function checked(config: Readonly<Record<string, unknown>>, stated: StatedConfig, name: string) {
  const raw = { cluster: config["cluster"] };
  const { data, error } = schema.safeParse(raw);
  if (error) throw new Failure(configurationProblems("kubesphere:", error.issues, raw).join("\n"));
  const { kubekey, kubeconfig } = data.cluster;
  if (kubekey === undefined)
    throw new Failure(`kubesphere:cluster.kubekey of stack ${name} is missing: write there which machines KubeKey makes the cluster of`);
  const clear = clearPasswords(stated.config["kubesphere:cluster"]);
  if (clear.length > 0)
    throw new Failure(clear.map((path) => `kubesphere:cluster.${path} stands in clear in the stack's file: ${SET(path)}`).join("\n"));
  return { kubekey, kubeconfig };
}

const SET = (path: string) => `run \`pulumi config set --secret --path 'kubesphere:cluster.${path}'\``;

interface Stated {
  readonly kubekey?: {
    readonly hosts?: readonly { readonly password?: unknown }[];
    readonly registry?: { readonly auths?: Readonly<Record<string, { readonly password?: unknown }>> };
  };
}

/** @param stated `cluster` as the stack's file has it, with `{secure: …}` where a secret is @returns paths within it */
function clearPasswords(stated: unknown): string[] {
  const { hosts = [], registry = {} } = (stated as Stated | undefined)?.kubekey ?? {};
  const isClear = ({ password }: { password?: unknown }) => typeof password === "string";
  return [
    ...hosts.flatMap((host, index) => (isClear(host) ? [`kubekey.hosts[${index}].password`] : [])),
    ...Object.entries(registry.auths ?? {}).flatMap(([host, login]) =>
      isClear(login) ? [`kubekey.registry.auths["${host}"].password`] : [],
    ),
  ];
}

/** @throws Failure naming each SSH key that this machine does not have */
export async function checkKeys({ hosts }: KubekeySettings, checkout: string): Promise<void> {
  const problems = await Promise.all(
    hosts.map(async ({ privateKeyPath }, index) => {
      const why = privateKeyPath === undefined ? undefined : await unreadable(keyFile(privateKeyPath, checkout));
      if (why === undefined) return [];
      const path = `kubesphere:cluster.kubekey.hosts[${index}].privateKeyPath`;
      return [
        describeProblem({
          ...{ path, given: privateKeyPath, allowed: `a file that can be read (${why})` },
          mend: "Write the path of the key that this machine logs in with, or give the host a password",
        }),
      ];
    }),
  );
  if (problems.flat().length > 0) throw new Failure(problems.flat().join("\n"));
}

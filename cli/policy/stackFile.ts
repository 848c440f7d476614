/** A stack's file of another checkout, without what would have this machine run commands or ask for secrets. */
import { join } from "path";
import { load } from "js-yaml";
import { at, isRecord } from "../../policy/rule";
import { Failure } from "../shared/command";
import { existing } from "../shared/files";

export type StackFile = Readonly<Record<string, unknown>>;

export const stackFileName = (stack: string) => `Pulumi.${stack}.yaml`;

/** @returns undefined when there is none @throws Failure when it is no map */
export async function readStackFile(folder: string, stack: string): Promise<StackFile | undefined> {
  const file = join(folder, stackFileName(stack));
  const text = (await existing(file))?.toString();
  if (text === undefined) return undefined;
  try {
    const parsed = load(text);
    if (isRecord(parsed)) return parsed;
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`);
  }
  throw new Failure(`${file} is no map`);
}

/** `kubesphere:production`. */
export const isInProduction = (file: StackFile | undefined) => at(file, "config", "kubesphere:production") === true;

export interface Borrowed {
  readonly file: StackFile;
  /** What was taken from ours although theirs says otherwise. */
  readonly kept: readonly string[];
}

/**
 * What theirs says of the platform, and what ours says of all else: of the cluster, since a kubeconfig names commands that log in; of how
 * secrets are kept and which environments are imported; of providers.
 */
export function borrow(theirs: StackFile, ours: StackFile = {}): Borrowed {
  const [their, our] = [theirs, ours].map(({ config }) => (isRecord(config) ? config : {})) as [StackFile, StackFile];
  const config = { ...picked(their, isOfPlatform), ...picked(our, (key) => !isOfPlatform(key)) };
  const kept = [...differing(theirs, ours, (key) => key !== "config"), ...differing(their, our, (key) => !isOfPlatform(key))];
  return { file: { ...ours, config }, kept };
}

/** Pulumi knows other spellings of a key, which count as something else. */
const isOfPlatform = (key: string) => /^kubesphere:[A-Za-z]+$/.test(key) && key !== "kubesphere:cluster";

const picked = (map: StackFile, is: (key: string) => boolean) => Object.fromEntries(Object.entries(map).filter(([key]) => is(key)));

const differing = (theirs: StackFile, ours: StackFile, is: (key: string) => boolean) =>
  [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].filter(
    (key) => is(key) && JSON.stringify(theirs[key]) !== JSON.stringify(ours[key]),
  );

/** What a stack's configuration may say of a chart: where it comes from, and its values. */
import * as semver from "semver";
import { z } from "zod";
import { ACCESS_KEYS, type ChartAccess } from "../kubesphere/chart/chartAccess";
import { caBundleMistake } from "../kubesphere/login/caBundle";
import { valueAt, type Values } from "../kubesphere/chart/helmValues";
import { IMAGE_REGISTRY, IMAGE_REGISTRY_FORM } from "../kubesphere/chart/imageRegistry";
import { flag, text, values } from "./schema";

/**
 * Free values, but for those that a key of the configuration decides: two places for one thing would part ways.
 * @param registries paths of image registries, whose form counts
 */
export const freeValues = (decidedBy: Readonly<Record<string, string>>, registries: readonly string[] = []) =>
  values.default({}).superRefine((given, context) => refuseDecided({ values: given, path: [], decidedBy, registries }, context));

interface Decided {
  readonly values: Values;
  /** Of the values, below what is being refined. */
  readonly path: readonly string[];
  readonly decidedBy: Readonly<Record<string, string>>;
  readonly registries: readonly string[];
}

export function refuseDecided({ values: given, path: at, decidedBy, registries }: Decided, context: z.core.$RefinementCtx): void {
  for (const [path, key] of Object.entries(decidedBy)) {
    if (valueAt(given, path) === undefined) continue;
    context.addIssue({ code: "custom", path: [...at, ...path.split(".")], message: `nothing here. Set kubesphere:${key} instead` });
  }
  for (const path of registries) {
    const registry = valueAt(given, path) ?? "";
    if (registry === "" || (typeof registry === "string" && IMAGE_REGISTRY.test(registry))) continue;
    context.addIssue({ code: "custom", path: [...at, ...path.split(".")], message: IMAGE_REGISTRY_FORM });
  }
}

const versionText = "a chart's version such as 1.2.3. Write it whole, in quotes";
const repositoryText = "an http(s) URL of a Helm repository. An oci:// registry goes into `chart`";

const pemText = "certificates in PEM";
export const caBundle = z.string({ error: `${pemText}. Write them as a block of text` }).superRefine((pem, context) => {
  const mistake = caBundleMistake(pem);
  if (mistake !== undefined) context.addIssue({ code: "custom", message: `${pemText}; ${mistake}. Write them as a block of text` });
});

/** How the server of a chart or a package is asked. */
export const access = {
  username: text("a text in quotes. Leave it and `password` out where no login is asked for").optional(),
  password: text("a text in quotes. Set it with `pulumi config set --secret --path`").optional(),
  caBundle: caBundle.optional(),
  plainHttp: flag.optional(),
};

/**
 * Refuses what its server would not be asked with.
 * @param address of the server; undefined for what is on this machine
 */
export function refuseAccess(given: ChartAccess, address: string | undefined, context: z.core.$RefinementCtx): void {
  const { username, password, caBundle: trusted, plainHttp } = given;
  const refuse = (key: keyof ChartAccess, message: string) => context.addIssue({ code: "custom", path: [key], message });
  if (address === undefined) {
    for (const key of ACCESS_KEYS) if (given[key] !== undefined) refuse(key, "nothing beside what is on this machine. Remove it");
    return;
  }
  if ((username === undefined) !== (password === undefined))
    refuse(username === undefined ? "username" : "password", "both of username and password, or neither. Write the other one too");
  else if (username !== undefined && /^\w+:\/\/[^/]*@/.test(address))
    refuse("username", "one login: there is one in the address already. Take it out of there");
  const isOci = address.startsWith("oci://");
  if (plainHttp === true && !isOci) refuse("plainHttp", "nothing beside an address that says http or https itself. Remove it");
  if (trusted === undefined) return;
  if (plainHttp === true || /^http:/i.test(address)) refuse("caBundle", "nothing where there is no TLS. Remove it");
  else if (isOci && username === undefined)
    refuse(
      "caBundle",
      `${pemText}, beside a login: without one, Pulumi's provider does not heed them. Add them to what the machine trusts ($SSL_CERT_FILE)`,
    );
}

/** {@link refuseAccess} of a chart. @param own its default, where the section names none */
export const refuseChartAccess = (own: string) => (section: ChartAccess & Named, context: z.core.$RefinementCtx) =>
  refuseAccess(section, addressOf(section, own), context);

interface Named {
  readonly chart?: string | undefined;
  readonly repository?: string | undefined;
}

const addressOf = ({ chart: name, repository }: Named, own: string): string | undefined =>
  repository ?? (name === undefined ? own : /^(?:https?|oci):\/\//.test(name) ? name : undefined);

export const chart = {
  chart: text(
    "a URL of a .tgz, oci://…, a .tgz file, a chart folder, or with `repository` a chart's name. Leave it out for the default",
  ).optional(),
  repository: z
    .url({ error: repositoryText, abort: true })
    .regex(/^[Hh][Tt][Tt][Pp][Ss]?:/, { error: repositoryText })
    .optional(),
  version: z
    .string({ error: versionText })
    .regex(/^[\s=v]*\d+\.\d+\.\d+/, { error: versionText, abort: true })
    .refine((version) => semver.valid(version) !== null, { error: versionText })
    .optional(),
  ...access,
};

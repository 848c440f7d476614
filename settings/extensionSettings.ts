/** The schema of a stack's extensions, and of the repositories from which KubeSphere lists more of them. */
import { LUBAN } from "../kubesphere/luban";
import { z } from "zod";
import { ruleMistake } from "../kubesphere/extension/allowances";
import { yamlMistake } from "../kubesphere/extension/extensionConfig";
import { selectorMistake, SELECTOR_FORM } from "../kubesphere/extension/labelSelector";
import { ATTEMPT } from "../kubesphere/extension/installPlan";
import { ACCESS_KEYS, hasAccess, type ChartAccess } from "../kubesphere/chart/chartAccess";
import { goDuration } from "../kubesphere/extension/extensionRepository";
import { access, caBundle, refuseAccess } from "./chartSettings";
import { labelMistake } from "../kubesphere/extension/namespaceLabels";
import { dnsLabel, dnsNamed, flag, list, matching, section, text, values } from "./schema";

const configText = "values for the extension's charts: a map, or a YAML map as text. Write them under the charts' names";
const config = z.union([values, z.string()], { error: configText }).superRefine((given, context) => {
  const mistake = typeof given === "string" ? yamlMistake(given) : undefined;
  if (mistake !== undefined) context.addIssue({ code: "custom", message: `a YAML map; ${mistake}. Correct the text, or write a map` });
});

const labelSelector = z.record(z.string(), z.unknown(), { error: SELECTOR_FORM }).superRefine((selector, context) => {
  const message = selectorMistake(selector);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});
const clusterScheduling = section({
  placement: section({
    clusters: list(dnsLabel("a member cluster's name. `kubectl get clusters` lists them"), "member clusters")
      .refine((names) => new Set(names).size === names.length, { error: "each cluster once. Remove the second one" })
      .optional(),
    clusterSelector: labelSelector.optional(),
  }),
  overrides: z.record(z.string(), config, { error: "a map of member clusters. Write `cluster: {…values…}` lines under it" }).optional(),
});

const reasonText = "a sentence for whoever reviews it: why this extension needs it, and what keeps that from being misused. Write it";
const allowance = section({
  rule: z.string({ error: `the name of a rule as ${LUBAN} policy tells it. Write it` }).superRefine((rule, context) => {
    const message = ruleMistake(rule);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  }),
  reason: z.string({ error: reasonText }).refine((reason) => reason.trim() !== "", { error: reasonText }),
});
const allowances = list(allowance, "rule and reason").refine((all) => new Set(all.map(({ rule }) => rule)).size === all.length, {
  error: "each rule once. Keep one of the reasons, or write both into it",
});

const attemptText = "a number or a word; another one rolls the same out again. Write one, such as 2";
const attempt = z
  .union([z.string(), z.number()], { error: attemptText })
  .transform(String)
  .refine((word) => ATTEMPT.test(word), { error: attemptText });

const labelText = "a text in quotes. Write it";
const namespaceLabels = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: labelText }).transform(String), {
    error: "a map of labels. Write `key: value` lines under it",
  })
  .superRefine((labels, context) => {
    for (const [key, value] of Object.entries(labels)) {
      const message = labelMistake(key, value);
      if (message !== undefined) context.addIssue({ code: "custom", message, path: [key] });
    }
  });

export const installSection = section({
  version: text("one of the versions declared, in quotes. Leave it out for the highest").optional(),
  enabled: flag.default(true),
  namespace: dnsLabel("a namespace's name: at most 63 lower-case letters, digits and -. Leave it out for the extension's own").optional(),
  namespaceLabels: namespaceLabels.optional(),
  storageClass: dnsNamed("the name of a StorageClass; `kubectl get storageclass` lists them. Leave it out for the charts' own").optional(),
  config: config.default({}),
  clusterScheduling: clusterScheduling.optional(),
  attempt: attempt.optional(),
  allow: allowances.optional(),
});

const INSTALL = `a map of ${Object.keys(installSection.shape).join(", ")}; or false, to publish only. Write the keys under it`;
/** `false`, or the section. The error of a union would say neither where in the section the mistake is, nor what it is. */
export const install = z
  .unknown()
  .prefault({})
  .transform((given, context) => {
    if (given === false) return false;
    if (typeof given !== "object" || given === null) {
      context.addIssue({ code: "custom", message: INSTALL });
      return z.NEVER;
    }
    const { data, error } = installSection.safeParse(given);
    context.issues.push(...((error?.issues ?? []) as unknown as typeof context.issues));
    return data ?? z.NEVER;
  });

const packageShape = {
  source: text(
    "a chart folder, a chart .tgz, an extension folder or a packed extension. Write its path, relative to Pulumi.yaml",
  ).optional(),
  chartURL: matching(
    /^(https?|oci):\/\/[^\s@]+$/,
    "the address of a packed extension: https://… or oci://…:1.2.3; a login goes into `username` and `password`. Leave it out to have the package in a ConfigMap",
  ).optional(),
  ...access,
};

/**
 * One package: its source, and the address from which KubeSphere fetches it. KubeSphere's Job has no login: what needs one is fetched by
 * the program, and is in a ConfigMap as any `source` is.
 */
export interface PackageSettings extends ChartAccess {
  readonly source?: string | undefined;
  readonly chartURL?: string | undefined;
}

const isDescribed = ({ source, chartURL = "", ...access }: PackageSettings) =>
  source !== undefined || /^https?:/.test(chartURL) || (chartURL !== "" && hasAccess(access));
const undescribed = (rest: string) =>
  `\`source\` (a path), \`chartURL\` (https) or both${rest}. An oci:// package needs its source beside it, or the registry's login`;

const refusePackageAccess = ({ source, chartURL, ...access }: PackageSettings, context: z.core.$RefinementCtx) =>
  refuseAccess(access, source === undefined ? chartURL : undefined, context);

const version = section(packageShape)
  .refine(isDescribed, { error: undescribed("") })
  .superRefine(refusePackageAccess);

export const extension = section({
  ...packageShape,
  versions: list(version, "versions").min(1, { error: "one version or more. Begin each with a dash" }).optional(),
  renamedFrom: text("the extension's former name. Leave it out once the change is rolled out").optional(),
  install,
}).transform(({ source, chartURL, username, password, caBundle: trusted, plainHttp, versions, ...rest }, context) => {
  const own: PackageSettings = { source, chartURL, username, password, caBundle: trusted, plainHttp };
  const isOne = source !== undefined || chartURL !== undefined;
  if (versions === undefined) refusePackageAccess(own, context);
  else
    for (const key of ACCESS_KEYS)
      if (own[key] !== undefined)
        context.addIssue({
          code: "custom",
          path: [key],
          message: "nothing beside `versions`, each of which has its own. Move it into the list",
        });
  if (versions === undefined ? isDescribed(own) : !isOne) return { ...rest, isList: versions !== undefined, packages: versions ?? [own] };
  const message =
    versions === undefined ? undescribed(", or `versions`") : "either `versions` or `source` and `chartURL`. Move these into the list";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const pollText = "a duration such as 1h, 30m or 1h30m. Leave it out for 1h";
export const extensionRepository = section({
  name: dnsLabel("a name of lower-case letters, digits and -. Choose another"),
  url: matching(/^https?:\/\/[^\s@]+$/, "the http(s) URL of a Helm repository. Credentials go into `username` and `password`"),
  description: text("a text. Leave it out for none").optional(),
  username: text("a text in quotes. Leave it and `password` out for a public repository").optional(),
  password: text("a text in quotes. Set it with `pulumi config set --secret --path`").optional(),
  caBundle: caBundle.optional(),
  insecure: flag.default(false),
  pollInterval: z
    .string({ error: pollText })
    .default("1h")
    .transform((given, context) => {
      const duration = goDuration(given);
      if (duration !== undefined) return duration;
      context.addIssue({ code: "custom", message: pollText });
      return z.NEVER;
    }),
}).refine(({ username, password }) => (username === undefined) === (password === undefined), {
  error: "both of username and password, or neither. Write the other one too",
});

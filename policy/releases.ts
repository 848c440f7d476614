/** What Helm releases are told. */
import * as semver from "semver";
import { KS_CORE_RELEASE } from "../kubesphere/api";
import { passwordWeakness } from "../kubesphere/login/defaultPassword";
import { HARBOR_RELEASE, weakCredentials } from "../kubesphere/login/harbor";
import { at, isRecord, type Rule } from "./rule";

export const RELEASE = "kubernetes:helm.sh/v3:Release";

const GIVEN = { default: "the default", "costly hash": "a hash that takes too long to be told from the default's" };

export const defaultPassword: Rule = {
  name: "default-administrator-password",
  why: "Everybody knows the password that KubeSphere's administrator has by default, and those that Harbor comes with.",
  mend: "Choose one: `pulumi config set --secret adminPassword`, for Harbor `--path kubesphere:harbor.values.harborAdminPassword` and `secretKey`.",
  resource({ type, inputs }, { production }) {
    if (type !== RELEASE || !isRecord(inputs["values"])) return [];
    if (inputs["name"] === HARBOR_RELEASE) return harborDefaults(inputs["values"], production);
    if (inputs["name"] !== KS_CORE_RELEASE) return [];
    const password = at(inputs["values"], "authentication", "adminPassword");
    const isUnset = password === undefined || password === "";
    const weakness = typeof password === "string" ? passwordWeakness(password) : undefined;
    if (weakness === undefined && !(isUnset && production)) return [];
    return [{ property: "values.authentication.adminPassword", given: weakness && GIVEN[weakness] }];
  },
};

const harborDefaults = (values: Readonly<Record<string, unknown>>, production: boolean) =>
  weakCredentials(values).flatMap(({ key, weakness }) =>
    weakness === "default" || (weakness === "unset" && production)
      ? [{ property: `values.${key}`, given: weakness === "default" ? GIVEN.default : undefined }]
      : [],
  );

export const unpinnedChart: Rule = {
  name: "unpinned-chart",
  why: "What a chart's name leads to changes without any change of the stack: an upgrade that nobody asked for.",
  mend: "Name a whole version: as `version`, in the URL's last part, or after the colon of an oci:// address.",
  resource: ({ type, inputs }) => [
    ...(isRecord(inputs["chart"]) && !isPinned(inputs["chart"])
      ? [{ property: "chart", given: [inputs["chart"]["chart"], inputs["chart"]["version"]].filter((it) => it !== undefined).join(" ") }]
      : []),
    ...(type === "kubesphere:index:Extension" && isRecord(inputs["versions"]) ? packageAddresses(inputs["versions"]) : []),
  ],
};

/** As the program's components declare charts; one on disk has the digest of its content. */
const isPinned = ({ chart, version, digest }: Readonly<Record<string, unknown>>) =>
  typeof digest === "string" ||
  (typeof version === "string" && semver.valid(version) !== null) ||
  (typeof chart === "string" && namesVersion(chart));

const packageAddresses = (versions: Readonly<Record<string, unknown>>) =>
  Object.entries(versions).flatMap(([version, pkg]) => {
    const address = at(pkg, "chartURL");
    return typeof address !== "string" || namesVersion(address) ? [] : [{ property: `versions["${version}"].chartURL`, given: address }];
  });

/** `…/ks-core-1.1.3.tgz`, `oci://…/demo:0.1.0` or an address by digest. */
const namesVersion = (address: string) => {
  const last = address.replace(/[?#].*$/, "").replace(/^.*\//, "");
  return /@sha256:[0-9a-f]{64}$/.test(last) || /[-:_]v?\d+\.\d+\.\d+/.test(last);
};

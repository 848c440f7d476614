/** Tags of images that a stack's values pin: another version of the chart then brings its objects, and the images stay what they were. */
import * as pulumi from "@pulumi/pulumi";
import { describeWarning } from "../kubesphere/login/warnings";
import { valueAt, type Values } from "../kubesphere/chart/helmValues";
import type { Settings } from "./settings";
import type { ReadSources } from "./sources";

/** Those that are the chart's own version where nobody pins them. */
const HARBOR_PARTS = "core portal jobservice registry.registry registry.controller trivy database.internal redis.internal exporter nginx";
const TAGS = {
  ksCore: ["global.tag", ...["apiserver", "console", "controller"].map((part) => `${part}.image.tag`)],
  ingressNginx: ["controller.image.tag"],
  harbor: HARBOR_PARTS.split(" ").map((part) => `${part}.image.tag`),
};

type Pinning = Pick<Settings, "ksCore" | "ingressNginx" | "harbor">;

/** @returns a line for each tag that is not the chart's own version; of ks-core also where that is not known */
export function pinnedTags(settings: Pinning, sources: Pick<ReadSources, "ksCore" | "ingressNginx" | "harbor">): string[] {
  const told = (key: keyof typeof TAGS, version: string | undefined) => {
    const values: Values = settings[key]?.values ?? {};
    return TAGS[key].flatMap((path) => {
      const tag = valueAt(values, path);
      if (tag === undefined || tag === null || tag === "" || (version !== undefined && plain(tag) === plain(version))) return [];
      return describeWarning({
        path: `kubesphere:${key}.values.${path}`,
        given: tag,
        allowed: `${version === undefined ? "none" : `${version}, the chart's appVersion`}. With it an upgrade of the chart leaves the images as they are`,
        mend: "Leave it out",
      });
    });
  };
  const of = (key: "ingressNginx" | "harbor") => {
    const version = sources[key]?.appVersion;
    return version === undefined ? [] : told(key, version);
  };
  return [...told("ksCore", sources.ksCore.appVersion ?? settings.ksCore.kubesphereVersion), ...of("ingressNginx"), ...of("harbor")];
}

/** Tells them, in a preview too. */
export function warnOfPinnedTags(...given: Parameters<typeof pinnedTags>): void {
  for (const line of pinnedTags(...given)) void pulumi.log.warn(line);
}

const plain = (version: unknown) => String(version).replace(/^v/, "");

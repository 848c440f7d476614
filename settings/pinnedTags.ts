/** Image tags that a stack's values pin: an upgrade of the chart then changes its objects, but keeps the old images. */
import * as pulumi from "@pulumi/pulumi";
import { describeWarning } from "../kubesphere/login/warnings";
import { valueAt, type Values } from "../kubesphere/chart/helmValues";
import type { Settings } from "./settings";
import type { ReadSources } from "./sources";

/** The tags whose default is the chart's own version. */
const HARBOR_PARTS = "core portal jobservice registry.registry registry.controller trivy database.internal redis.internal exporter nginx";
const TAGS = {
  ksCore: ["global.tag", ...["apiserver", "console", "controller"].map((part) => `${part}.image.tag`)],
  ingressNginx: ["controller.image.tag"],
  harbor: HARBOR_PARTS.split(" ").map((part) => `${part}.image.tag`),
};

type Pinning = Pick<Settings, "ksCore" | "ingressNginx" | "harbor">;

/** @returns a line for each tag that differs from the chart's own version; for ks-core also if that version is unknown */
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

/** Warns of them, in previews too. */
export function warnOfPinnedTags(...given: Parameters<typeof pinnedTags>): void {
  for (const line of pinnedTags(...given)) void pulumi.log.warn(line);
}

const plain = (version: unknown) => String(version).replace(/^v/, "");

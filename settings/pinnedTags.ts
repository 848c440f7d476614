/** Image tags that a stack's values pin: an upgrade of the chart then changes its objects, but keeps the old images. */
import * as pulumi from "@pulumi/pulumi";
import { describeWarning } from "../kubesphere/login/warnings";
import { valueAt, type Values } from "../kubesphere/chart/helmValues";
import { controllerOf } from "../kubesphere/ingress/controllers";
import type { Settings } from "./settings";
import type { ReadSources } from "./sources";

/** The tags whose default is the chart's own version. */
const HARBOR_PARTS = "core portal jobservice registry.registry registry.controller trivy database.internal redis.internal exporter nginx";
const TAGS = {
  ksCore: ["global.tag", ...["apiserver", "console", "controller"].map((part) => `${part}.image.tag`)],
  harbor: HARBOR_PARTS.split(" ").map((part) => `${part}.image.tag`),
};

type Pinning = Pick<Settings, "ksCore" | "ingress" | "harbor">;

interface Release {
  readonly key: string;
  readonly values: Values;
  readonly tags: readonly string[];
  /** The chart's; undefined where it is not known. */
  readonly version: string | undefined;
}

/** @returns a line for each tag that differs from the chart's own version; for ks-core also if that version is unknown */
export function pinnedTags({ ksCore, ingress, harbor }: Pinning, sources: Pick<ReadSources, "ksCore" | "ingress" | "harbor">): string[] {
  const told = ({ key, values, tags, version }: Release) =>
    tags.flatMap((path) => {
      const tag = valueAt(values, path);
      if (tag === undefined || tag === null || tag === "" || (version !== undefined && plain(tag) === plain(version))) return [];
      return describeWarning({
        path: `kubesphere:${key}.values.${path}`,
        given: tag,
        allowed: `${version === undefined ? "none" : `${version}, the chart's appVersion`}. With it an upgrade of the chart leaves the images as they are`,
        mend: "Leave it out",
      });
    });
  const { installed } = ingress;
  const others: readonly Release[] = [
    ...(installed
      ? [
          {
            ...{ key: ingress.key, values: installed.values, version: sources.ingress?.appVersion },
            tags: controllerOf(installed.controller, ingress.className).tags,
          },
        ]
      : []),
    ...(harbor ? [{ key: "harbor", values: harbor.values, tags: TAGS.harbor, version: sources.harbor?.appVersion }] : []),
  ];
  return [
    ...told({ key: "ksCore", values: ksCore.values, tags: TAGS.ksCore, version: sources.ksCore.appVersion ?? ksCore.kubesphereVersion }),
    ...others.filter(({ version }) => version !== undefined).flatMap(told),
  ];
}

/** Warns of them, in previews too. */
export function warnOfPinnedTags(...given: Parameters<typeof pinnedTags>): void {
  for (const line of pinnedTags(...given)) void pulumi.log.warn(line);
}

const plain = (version: unknown) => String(version).replace(/^v/, "");

/** Menu entries that a KubeSphere does not show, and front ends that it does not build by itself. */
import * as semver from "semver";
import { nameOf, type RenderedObject } from "../../kubesphere/chart/renderedObject";
import { isInRange } from "../../kubesphere/chart/versionRange";
import type { ExtensionMetadata } from "../../kubesphere/extension/extensionMetadata";
import { frontendIntegrations, GONE_IN_42, goneEntries, PLACEMENTS, wrongPlacements } from "../../kubesphere/extension/mountPoints";

export interface MenuFault {
  readonly templateFile: string | undefined;
  readonly found: string;
  readonly mend: string;
  /** Whether it depends on the KubeSphere that the extension meets. */
  readonly isRisk: boolean;
}

/** The first release without them. */
const WITHOUT = "4.2.0";
/** As its own repository calls the extension (known from documents). */
const FORGE = "frontend-forge";

/** @param kubesphere the release to check for. Default: any that `ksVersion` lets in */
export function menuFaults(
  objects: readonly RenderedObject[],
  { ksVersion, externalDependencies = [] }: Pick<ExtensionMetadata, "ksVersion" | "externalDependencies">,
  kubesphere: string | undefined,
): MenuFault[] {
  const isFor42 = kubesphere === undefined ? isInRange(WITHOUT, ksVersion) !== false : semver.gte(kubesphere, `${WITHOUT}-0`);
  const gone = isFor42 ? goneEntries(objects) : [];
  const isOfForge = externalDependencies.some(({ name }) => name === FORGE);
  return [
    ...gone.map(({ place, by, templateFile }): MenuFault => ({
      templateFile,
      found: `${by} has its menu entry at ${place}, which KubeSphere 4.2 no longer has: it shows none`,
      mend:
        place === "topbar"
          ? "Say global, which 4.1 and 4.2 have; or keep 4.2 out with ksVersion in extension.yaml."
          : `Say ${GONE_IN_42[place]}, which 4.1 and 4.2 have, and see to its routes and rights; or keep 4.2 out with ksVersion in extension.yaml.`,
      isRisk: kubesphere === undefined,
    })),
    ...frontendIntegrations(objects).flatMap((object): MenuFault[] => {
      const common = { templateFile: object.templateFile };
      return [
        ...(isOfForge
          ? []
          : [
              {
                ...common,
                found: `${nameOf(object)} is built by the extension ${FORGE} alone, and only where its controller is switched on`,
                mend: `Add ${FORGE} to externalDependencies in extension.yaml, or bring the JSBundle that is built of it.`,
                isRisk: true,
              },
            ]),
        ...wrongPlacements(object).map((placement) => ({
          ...common,
          found: `${nameOf(object)} has a menu at ${placement}, which is none of ${PLACEMENTS.join(", ")}`,
          mend: "Say one of these.",
          isRisk: false,
        })),
      ];
    }),
  ];
}

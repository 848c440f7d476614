/** What may be declared of members, beside their clusters. Pure. */
import type { Problem } from "../errors";
import { valueAt, type Values } from "../chart/helmValues";
import { repeated } from "../repeated";
import { clusterLabelMistake } from "./clusterLabels";
import { SET_ON_MEMBERS } from "./memberConfig";

export interface WantedMember {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly values?: Values | undefined;
}

/** It becomes part of names of objects, and of a URL's path. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * @param path the member's, for errors
 * @param nameKey the key of its name
 */
export function memberProblems(path: string, { name, labels = {}, values = {} }: WantedMember, nameKey = "name"): Problem[] {
  return [
    ...(NAME.test(name)
      ? []
      : [{ path: `${path}.${nameKey}`, given: name, allowed: "at most 63 lower-case letters, digits and -", mend: "Choose another" }]),
    ...Object.entries(labels).flatMap(([key, value]) => {
      const allowed = clusterLabelMistake(key, value);
      return allowed === undefined ? [] : [{ path: `${path}.labels.${key}`, given: value, allowed }];
    }),
    ...SET_ON_MEMBERS.flatMap((key) =>
      valueAt(values, key) === undefined
        ? []
        : [
            {
              path: `${path}.values.${key}`,
              given: "[not shown]",
              allowed: "nothing here, as KubeSphere sets it on every member",
              mend: "Remove it",
            },
          ],
    ),
  ];
}

/** @param path of the list @param host its name */
export function membersProblems(path: string, members: readonly WantedMember[], host: string): Problem[] {
  const names = members.map(({ name }) => name);
  return [
    ...members.flatMap((member, index) => memberProblems(`${path}[${index}]`, member)),
    ...repeated(names).map(([given, index]) => ({
      ...{ path: `${path}[${index}].name`, given, allowed: "another name for each member", mend: "Change one of them" },
    })),
    ...names.flatMap((given, index) =>
      given === host
        ? [{ path: `${path}[${index}].name`, given, allowed: "another name than that of the host", mend: "Choose one for the member" }]
        : [],
    ),
  ];
}

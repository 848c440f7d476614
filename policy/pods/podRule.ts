/** A rule of Kubernetes' Pod Security Standards. */
import { join, type Finding, type Rule } from "../rule";
import { podSpecs, type Placed, type PodSpec } from "./spec";

type Words = Pick<Rule, "name" | "why" | "mend">;
export type PodCheck = (pod: PodSpec) => Finding[];

/** Of the level Baseline: what no Pod of a stack may ask for. */
export const baseline = (words: Words, check: PodCheck): Rule => ({ ...words, object: (object) => podSpecs(object).flatMap(check) });

/** Of the level Restricted: what a Pod in production has to give up. Only a whole Pod can be seen to have left something out. */
export const restricted = (words: Words, check: PodCheck): Rule => ({
  ...words,
  object: (object, { production }) =>
    production
      ? podSpecs(object)
          .filter(({ isWhole }) => isWhole)
          .flatMap(check)
      : [],
});

/** A finding where a field has a value that is reported by a test. */
export const findings = (places: readonly Placed[], key: string, isWrong: (value: unknown) => boolean): Finding[] =>
  places.flatMap(({ path, fields }) => (isWrong(fields[key]) ? [{ property: join(path, key), given: fields[key] ?? undefined }] : []));

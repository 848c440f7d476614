/** The label selector of a placement: what is wrong with it. KubeSphere tells of a mistake in its log only, and an empty one is none to it. */
import { z } from "zod";
import { NO_CLUSTER_LABEL } from "../api";

/** What is allowed, and how to mend it. */
export const SELECTOR_FORM = "a label selector: a map of matchLabels, matchExpressions. Correct it";

const expression = z
  .strictObject({
    key: z.string().min(1),
    operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
    values: z.array(z.string()).optional(),
  })
  .refine(({ operator, values = [] }) => values.length > 0 === operator.endsWith("In"));
const selectorShape = z.strictObject({
  matchLabels: z.record(z.string().min(1), z.string()).optional(),
  matchExpressions: z.array(expression).optional(),
});

/** @returns the allowed values, and how to mend it; undefined if the selector may match some of the clusters */
export function selectorMistake(selector: object): string | undefined {
  const { data, error } = selectorShape.safeParse(selector);
  if (error !== undefined)
    return error.issues.some(({ path: [key] }) => key === "matchExpressions")
      ? "a label selector whose matchExpressions are a list of key, operator (In, NotIn, Exists, DoesNotExist) and, for In and NotIn alone, values. Correct it"
      : error.issues.some(({ path: [key] }) => key === "matchLabels")
        ? "a label selector whose matchLabels are a map of texts. Write its values in quotes"
        : SELECTOR_FORM;
  const isEmpty = Object.keys(data.matchLabels ?? {}).length + (data.matchExpressions ?? []).length === 0;
  return isEmpty
    ? `a label selector that says which clusters: an empty one takes all, and the host too. Leave it out for none; for all: matchExpressions: [{key: ${NO_CLUSTER_LABEL}, operator: DoesNotExist}]`
    : undefined;
}

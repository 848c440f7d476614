/** Helm values, of which some become known only during a run. */
import * as pulumi from "@pulumi/pulumi";
import { mergeValues, type Values } from "../../kubesphere/chart/helmValues";

/**
 * @param own may contain outputs, also secret ones: each of them is kept, unless `given` as a whole is an output
 * @param given wins, also over values that are not known yet, so that a preview shows all others
 */
export const mergedValues = (own: Values, given: pulumi.Input<Values>): pulumi.Input<pulumi.Inputs> =>
  isPlain(given)
    ? { ...mergeValues(own, given) }
    : pulumi.output(given).apply((known) => pulumi.output<pulumi.Inputs>({ ...mergeValues(own, known as Values) }));

const isPlain = (given: pulumi.Input<Values>): given is Values => !pulumi.Output.isInstance(given) && !(given instanceof Promise);

/** Helm values of which some are known only when a run has come so far. */
import * as pulumi from "@pulumi/pulumi";
import { mergeValues, type Values } from "../../kubesphere/chart/helmValues";

/**
 * @param own may hold outputs, secret ones among them: each stays what it is, unless what is given is an output as a whole
 * @param given wins, also over what is not known yet: a preview shows what the rest comes to
 */
export const mergedValues = (own: Values, given: pulumi.Input<Values>): pulumi.Input<pulumi.Inputs> =>
  isPlain(given)
    ? { ...mergeValues(own, given) }
    : pulumi.output(given).apply((known) => pulumi.output<pulumi.Inputs>({ ...mergeValues(own, known as Values) }));

const isPlain = (given: pulumi.Input<Values>): given is Values => !pulumi.Output.isInstance(given) && !(given instanceof Promise);

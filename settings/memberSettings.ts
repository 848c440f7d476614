/** The schema of a stack's member clusters. What their names, labels and values may be, `kubesphere/member` says. */
import { z } from "zod";
import { dnsLabel, list, section, text, values } from "./schema";

const labelText = "a text in quotes. Write it";

export const memberCluster = section({
  name: dnsLabel("the member's name on the host: at most 63 lower-case letters, digits and -. Write it in quotes when it is a number"),
  kubeconfig: text("the contents of the member's kubeconfig, or a path to one. Set the contents with `pulumi config set --secret --path`"),
  displayName: text("a text, which the console shows. Leave it out for the name").optional(),
  labels: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: labelText }).transform(String), {
      error: "a map of labels. Write `key: value` lines under it",
    })
    .optional(),
  values: values.default({}),
  provider: text("a text: who runs the cluster. Leave it out for none").optional(),
});

export const memberClusters = list(memberCluster, "member clusters").prefault([]);

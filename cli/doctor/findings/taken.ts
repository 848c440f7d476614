/** What KubeSphere takes for installed, and somebody has taken away. */
import { LUBAN } from "../../../kubesphere/luban";
import { shellWord } from "../../../kubesphere/shellWord";
import { byWayBack } from "../../shared/losses";
import type { MissingCrds } from "../../shared/missingCrds";
import { check, type Finding } from "../finding";

export const taken = check("taken", "what was installed is there", ["losses"], ({ losses }) =>
  [...losses].flatMap(([extension, all]) =>
    byWayBack(all).map(({ losses: those, wayBack, first }): Finding => ({
      object: those.map(({ object }) => object).join(", "),
      why: those.map(({ what }) => what).join("; "),
      means: `KubeSphere takes ${extension} for installed, and repairs nothing`,
      mend: [first === undefined ? wayBack : `${first}: ${wayBack}`],
    })),
  ),
);

export const crds = check("crds", "the CRDs of installed extensions are there", ["missingCrds", "stack"], ({ missingCrds, stack }) =>
  missingCrds.map((missing): Finding => {
    const { extension, crds: names, isOfStack } = missing;
    return {
      object: names.map((it) => `CustomResourceDefinition ${it}`).join(", "),
      why: "the cluster does not have it, and Helm makes what stands in crds/ at a first install only",
      means: `${extension} can neither read nor write objects of that kind; those that there were went with it`,
      mend: isOfStack ? [`pulumi up --refresh${stack.option}`] : byHand(missing),
    };
  }),
);

function byHand({ crds: names, package: { namespace, name, key } }: MissingCrds): string[] {
  const file = `${name}.tgz`;
  const path = `{.binaryData.${key.replaceAll(".", "\\.")}}`;
  return [
    `kubectl --namespace ${namespace} get configmap ${name} -o jsonpath=${shellWord(path)} | base64 -d > ${shellWord(file)}`,
    `${LUBAN} extension crds ${shellWord(file)} ${names.map(shellWord).join(" ")} | kubectl apply --server-side --force-conflicts -f -`,
  ];
}

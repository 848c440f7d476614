/** What KubeSphere takes for installed, and somebody has taken away. */
import { shellWord } from "../../../kubesphere/shellWord";
import { check, type Finding } from "../finding";

export const taken = check("taken", "what was installed is there", ["losses"], ({ losses }) =>
  [...losses].flatMap(([extension, all]) =>
    [...new Set(all.map(({ wayBack }) => wayBack))].map((wayBack): Finding => {
      const those = all.filter((it) => it.wayBack === wayBack);
      return {
        object: those.map(({ object }) => object).join(", "),
        why: those.map(({ what }) => what).join("; "),
        means: `KubeSphere takes ${extension} for installed, and repairs nothing`,
        mend: [wayBack],
      };
    }),
  ),
);

export const crds = check("crds", "the CRDs of installed extensions are there", ["missingCrds"], ({ missingCrds }) =>
  missingCrds.map(({ extension, crds: names, package: { namespace, name, key } }): Finding => {
    const file = `${name}.tgz`;
    const path = `{.binaryData.${key.replaceAll(".", "\\.")}}`;
    return {
      object: names.map((it) => `CustomResourceDefinition ${it}`).join(", "),
      why: "the cluster does not have it, and Helm makes what stands in crds/ at a first install only",
      means: `${extension} can neither read nor write objects of that kind; those that there were went with it`,
      mend: [
        `kubectl --namespace ${namespace} get configmap ${name} -o jsonpath=${shellWord(path)} | base64 -d > ${shellWord(file)}`,
        `npm run -s extension -- crds ${shellWord(file)} ${names.map(shellWord).join(" ")} | kubectl apply --server-side --force-conflicts -f -`,
      ],
    };
  }),
);

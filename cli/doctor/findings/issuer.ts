/** The OAuth issuer as a client on this machine finds it. */
import { discoveryUrl } from "../../../kubesphere/urls";
import { check, type Finding } from "../finding";
import type { IssuerAnswer } from "../facts/facts";

export const issuer = check("issuer", "the OAuth issuer answers here", ["issuer", "stack"], ({ issuer: answer, stack }) => {
  if (answer === undefined) return [];
  const problem = problemOf(answer, stack.option);
  if (problem === undefined) return [];
  return [
    {
      object: `issuer ${answer.url}`,
      ...problem,
      means: "nobody signs in from here: neither at the console nor at an application that asks this issuer",
    },
  ];
});

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|SSL|TLS/;

function problemOf(answer: NonNullable<IssuerAnswer>, option: string): Pick<Finding, "why" | "mend"> | undefined {
  const { url } = answer;
  const host = URL.canParse(url) ? new URL(url).hostname : url;
  if ("failure" in answer) {
    const { code, message } = answer.failure;
    const why = (what: string) => `${discoveryUrl(url)}: ${what} (${code === "" ? message : code})`;
    if (code === "ENOTFOUND" || code === "EAI_AGAIN")
      return {
        why: why(`the name ${host} is not known here`),
        mend: [`add a DNS record for ${host}, or a line in the hosts file of each machine that signs in`],
      };
    if (CERTIFICATE.test(code))
      return {
        why: why("its certificate is not trusted here"),
        mend: ["see to kubesphere:ksCore.https: a certificate for that name from an authority that clients trust"],
      };
    if (code === "ECONNREFUSED")
      return {
        why: why("nobody listens there"),
        mend: [
          "kubectl --namespace kubesphere-system get service,pods",
          `is the port that of the console, or of the ingress? kubesphere:ports and kubesphere:ksCore.portal say which`,
        ],
      };
    return { why: why("no answer"), mend: ["see to the route and the firewalls between here and the node"] };
  }
  if (answer.issuer === url) return undefined;
  return {
    why:
      answer.issuer === undefined
        ? `${discoveryUrl(url)} answers with HTTP ${answer.status} and no discovery document`
        : `its discovery document says ${answer.issuer}`,
    mend:
      answer.issuer === undefined
        ? ["is another server at that address, or ks-apiserver not up? kubectl --namespace kubesphere-system get pods"]
        : [
            `pulumi up --refresh${option}`,
            "restart ks-apiserver after a change of kubesphere-config: kubectl --namespace kubesphere-system rollout restart deployment/ks-apiserver",
          ],
  };
}

/** KubeSphere's admission webhooks, as the API server reaches them. */
import { LUBAN } from "../../../kubesphere/luban";
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { check } from "../finding";

export const webhooks = check("webhooks", "admission webhooks answer", ["webhooks", "stack"], ({ webhooks: probes, stack }) => {
  const failing = probes.flatMap(({ kind, failure }) => (failure === undefined ? [] : [{ kind, failure }]));
  if (failing.length === 0) return [];
  const isCertificate = failing.some(({ failure }) => failure.includes("x509"));
  return [
    {
      object: `admission webhooks of ${failing.map(({ kind }) => kind).join(", ")}`,
      why: [...new Set(failing.map(({ failure }) => failure))].join("; "),
      means: "nothing of these kinds can be made or changed, or OAuth clients are stored unchecked: no extension is installed or changed",
      mend: [
        ...(isCertificate ? ["after an upgrade of ks-core the controller manager has its new certificate within two minutes: wait"] : []),
        `kubectl --namespace ${SYSTEM_NAMESPACE} rollout restart deployment/ks-controller-manager`,
        `if it stays so, this says what was changed, and the way back: ${LUBAN} drift${stack.option}`,
      ],
    },
  ];
});

/** The stack's NodePorts in the hands of other Services. */
import { LUBAN } from "../../../kubesphere/luban";
import { CONSOLE_SERVICE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";
import type { Facts, Service } from "../facts/facts";

export const nodePort = check("nodePort", "NodePorts are the stack's own", ["services", "stack"], ({ services, stack }) => {
  const { ports, ingress } = stack;
  const { controller } = ingress;
  const isIngress = ({ metadata: { namespace, labels = {} } }: Service) =>
    controller?.release === namespace && Object.entries(controller?.service ?? {}).every(([name, value]) => labels[name] === value);
  const wanted: readonly Wanted[] = [
    {
      key: "console",
      port: ports.console,
      isOurs: ({ metadata: { name, namespace } }) => name === CONSOLE_SERVICE && namespace === SYSTEM_NAMESPACE,
    },
    ...(controller
      ? [
          { key: "ingress", port: ports.ingress, isOurs: isIngress },
          ...(ports.ingressHttps === undefined ? [] : [{ key: "ingressHttps", port: ports.ingressHttps, isOurs: isIngress }]),
        ]
      : []),
  ];
  return wanted.flatMap((it) => taken(it, services, stack.option));
});

interface Wanted {
  /** Below `kubesphere:ports`. */
  readonly key: string;
  readonly port: number;
  isOurs(service: Service): boolean;
}

function taken({ key, port, isOurs }: Wanted, services: Facts["services"], option: string): readonly Finding[] {
  const holders = services.filter((service) => service.spec.ports?.some(({ nodePort }) => nodePort === port));
  return holders
    .filter((holder) => !isOurs(holder))
    .map((holder) => ({
      object: nameOf(holder),
      why: `it has NodePort ${port}, which is kubesphere:ports.${key}`,
      means: `the ${key === "console" ? "console" : "ingress controller"} does not get the port: its Helm release fails with "provided port is already allocated", or it answers elsewhere`,
      mend: [
        `give that Service another port, or name another one in kubesphere:ports.${key}`,
        `pulumi up --refresh${option}; where the Service of the stack was changed by hand, ${LUBAN} drift names the way back`,
      ],
    }));
}

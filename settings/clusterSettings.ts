/** What a stack's configuration may say of its cluster: how it is reached, and of which machines KubeKey makes it. */
import { z } from "zod";
import { hostsOf, KUBEKEY, ROLES, type Role } from "../kubesphere/cluster/kubekey";
import { repeated } from "../kubesphere/repeated";
import { dnsNamed, flag, imageRegistry, list, matching, section, tcpPort, text } from "./schema";

const address = (mend: string) => z.ipv4({ error: `an IPv4 address such as 192.168.0.2. ${mend}` });
const words = (of: string) => list(text(`${of}. Write it in quotes`), of);

const host = section({
  name: dnsNamed("a host name of lower-case letters, digits, - and . (it becomes the node's). Choose another"),
  address: address("Write the one that SSH reaches"),
  internalAddress: address("Leave it out for `address`").optional(),
  port: tcpPort.default(22),
  user: text("the name of a user who may use sudo. Leave it out for root").default("root"),
  privateKeyPath: text("the path of an SSH key. Leave it out for ~/.ssh/id_rsa, or where there is a password").optional(),
  password: text("a text in quotes. Set it with `pulumi config set --secret --path`").optional(),
  arch: z.enum(["amd64", "arm64"], { error: "amd64, arm64. Leave it out for amd64" }).default("amd64"),
}).transform(({ internalAddress, privateKeyPath, password, ...rest }) => ({
  ...rest,
  internalAddress: internalAddress ?? rest.address,
  // The one that KubeKey takes by itself.
  privateKeyPath: privateKeyPath ?? (password === undefined ? "~/.ssh/id_rsa" : undefined),
  password,
}));

const group = words("host names or ranges such as node[1:3]")
  .min(1, { error: "one host or more. Name it" })
  .transform((entries) => [...new Set(entries.flatMap(hostsOf))]);
const roles = section({
  etcd: group.refine((hosts) => hosts.length % 2 === 1, { error: "an odd number of hosts, since a majority decides. Add or remove one" }),
  "control-plane": group,
  worker: group,
} satisfies Record<Role, z.ZodType>);

const registry = section({
  registryMirrors: words("URLs of mirrors of docker.io").default([]),
  insecureRegistries: words("registries without a trusted certificate").default([]),
  privateRegistry: imageRegistry("the registry that has all images. Leave it out for the public ones").optional(),
  auths: z
    .record(
      z.string(),
      section({
        username: text("a text in quotes. Write the login's name"),
        password: text("a text in quotes. Set it with `pulumi config set --secret --path`"),
      }),
      { error: "a map of registry hosts, each with username and password. Write them under it" },
    )
    .default({}),
});

/** What the parts say together is looked at, by a transform, only when each of them is right. */
const kubekey = section({
  hosts: list(host, "hosts").min(1, { error: "one host or more. Begin each with a dash" }),
  roles,
  kubernetesVersion: matching(
    /^v?\d+\.\d+\.\d+$/,
    `a version of Kubernetes such as v1.25.4. KubeKey 3 takes ${KUBEKEY[3].kubernetes}, KubeKey ${KUBEKEY[4].latest} takes ${KUBEKEY[4].kubernetes}`,
  )
    .default("v1.25.4")
    .transform((version) => `v${version.replace(/^v/, "")}`),
  localStorage: flag.default(true),
  registry: registry.prefault({}),
}).transform((settings, context) => {
  const { hosts, roles } = settings;
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  const again = (key: "name" | "address" | "internalAddress") => repeated(hosts.map((it) => it[key])).map(([, index]) => index);
  const sameAddress = again("address");
  const told = {
    name: again("name"),
    address: sameAddress,
    // One that was left out is the address, which has its own line.
    internalAddress: again("internalAddress").filter((index) => !sameAddress.includes(index)),
  };
  for (const [key, indexes] of Object.entries(told))
    for (const index of indexes) refuse(["hosts", index, key], "another one for each host. Change one of them");
  const names = hosts.map(({ name }) => name);
  for (const role of ROLES) {
    const unknown = roles[role].filter((name) => !names.includes(name));
    if (unknown.length > 0)
      refuse(["roles", role], `${names.join(", ")}. There is no host ${unknown.slice(0, 3).join(", ")}${unknown.length > 3 ? ", …" : ""}`);
  }
  const used = new Set(ROLES.flatMap((role) => roles[role]));
  hosts.forEach(({ name }, index) => {
    if (!used.has(name)) refuse(["hosts", index, "name"], `a host that one of the roles names (${ROLES.join(", ")}). Add it there`);
  });
  return settings;
});

/** The machines of `cluster.kubekey`, with every default filled in and every range of the roles written out. Holds passwords. */
export type KubekeySettings = z.output<typeof kubekey>;

export const cluster = section({
  kubeconfig: text("the contents of a kubeconfig, or a path to one. Leave it out for $KUBECONFIG").optional(),
  context: text("the name of a context of the kubeconfig. Leave it out for the current one").optional(),
  identifier: text("any name that stays the same for the life of the cluster. Leave it out for the stack's name").optional(),
  kubekey: kubekey.optional(),
}).superRefine(({ kubekey, context: named }, context) => {
  if (kubekey !== undefined && named !== undefined)
    context.addIssue({ code: "custom", path: ["context"], message: "nothing beside kubekey, whose kubeconfig has one context. Remove it" });
});

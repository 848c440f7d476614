/** `template`: the objects that an install would make. */
import { packExtension } from "../../kubesphere/extension/extensionPackage";
import { partsOf } from "../../kubesphere/extension/installedParts";
import { together } from "../../kubesphere/parallel";
import { command, Failure, usageError } from "../shared/command";
import { plainRendering } from "../shared/rendering";
import { findHelm, HelmPackage, ingressArgs, objectsIn } from "./helm";

export const templateCommand = command({
  help: `template SOURCE [--values FILE]… [--set KEY=VALUE]… [--domain-suffix SUFFIX]
  Prints the objects that installing the extension would make, as Helm renders them.

  --values FILE           values as in an install's config, under the charts' names; may be given again
  --set KEY=VALUE         one value, in Helm's own spelling; may be given again. Helm gets it as you wrote it, on its command line, as it
                          is on yours: secrets are given by --values
  --domain-suffix SUFFIX  extension.ingress.domainSuffix of ks-core, such as 127.0.0.1.nip.io (default: not set, so no Ingress)
  --ingress-class NAME    extension.ingress.ingressClassName (default: nginx)
  --http-port PORT        extension.ingress.httpPort (default: 80)
  --https-port PORT       extension.ingress.httpsPort (default: 443)
  --agent                 what is installed on each member cluster, in place of what the host gets`,
  options: {
    values: { type: "string", multiple: true, default: [] },
    set: { type: "string", multiple: true, default: [] },
    "domain-suffix": { type: "string" },
    "ingress-class": { type: "string", default: "nginx" },
    "http-port": { type: "string", default: "80" },
    "https-port": { type: "string", default: "443" },
    agent: { type: "boolean", default: false },
  },
  words: [1, 1],
  async run({ words: [source = ""], values, cache, progress }) {
    const { "domain-suffix": domainSuffix, "ingress-class": className } = values;
    const [httpPort, httpsPort] = [port("--http-port", values["http-port"]), port("--https-port", values["https-port"])];
    const args = [
      ...values.values.flatMap((file) => ["--values", file]),
      ...values.set.flatMap((value) => ["--set", value]),
      ...(domainSuffix === undefined ? [] : ingressArgs({ className, domainSuffix, httpPort, httpsPort })),
    ];
    progress.now(`rendering ${source}`);
    const [pkg, helm] = await together([plainRendering(cache).then((rendering) => packExtension(source, rendering)), findHelm(cache)]);
    const part = values.agent ? "agent" : "extension";
    if (!partsOf(pkg.metadata).includes(part))
      throw usageError(`--agent: ${source} has none; its extension.yaml says installationMode: HostOnly`);
    return HelmPackage.use(helm, pkg, async (unpacked) => {
      const { code, stdout, stderr } = await unpacked.template(part, args);
      if (code !== 0) throw new Failure(unpacked.readable(stderr));
      return { text: stdout.trimEnd(), json: objectsIn(stdout), isData: true };
    });
  },
});

function port(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65536) return number;
  throw usageError(`${option} ${text}: use a whole number from 1 to 65535`);
}

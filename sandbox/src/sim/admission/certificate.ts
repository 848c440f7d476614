/** A certificate for the webhooks' server: Node cannot make one, Helm's template functions can. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Helm } from "../helm.js";
import { readYaml } from "../../../../kubesphere/yaml/goYaml.js";

/** PEM texts. */
export interface Certificate {
  authority: string;
  certificate: string;
  key: string;
}

const TEMPLATE = `
{{- $authority := genCA "kubesphere-sim" 3650 }}
{{- $signed := genSignedCert "127.0.0.1" (list "127.0.0.1") nil 3650 $authority }}
{{ dict "authority" $authority.Cert "certificate" $signed.Cert "key" $signed.Key | toJson }}
`;

/** For `https://127.0.0.1`, from an authority that exists no longer: nobody can make another that the webhooks' caller trusts. */
export const makeCertificate = (helm: Helm): Promise<Certificate> =>
  helm.inFolder(async (folder) => {
    await mkdir(join(folder, "templates"));
    await writeFile(join(folder, "Chart.yaml"), JSON.stringify({ apiVersion: "v2", name: "certificate", version: "0.0.0" }));
    await writeFile(join(folder, "templates", "certificate.yaml"), TEMPLATE);
    const { code, output } = await helm.run(["template", "certificate", "."], folder).ended;
    if (code !== 0) throw new Error(`helm cannot make the webhooks' certificate: ${output.trim()}`);
    return readYaml(output)[0] as Certificate;
  });

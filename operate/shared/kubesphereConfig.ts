/** ks-core's own configuration in the cluster. */
import { SYSTEM_NAMESPACE } from "../../kubesphere/api";
import type { YamlError } from "../../kubesphere/goYaml";
import { Failure } from "./command";

/** The text holds secrets, and a parser's words show none of them. */
export const unreadableConfig = ({ message }: YamlError) =>
  new Failure(`kubesphere.yaml in the ConfigMap ${SYSTEM_NAMESPACE}/kubesphere-config is no YAML: ${message}`);

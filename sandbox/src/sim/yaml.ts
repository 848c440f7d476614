export { readYaml } from "../../../kubesphere/goYaml";

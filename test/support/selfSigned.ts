export { selfSigned } from "../../sandbox/src/selfSigned";

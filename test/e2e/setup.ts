/** Before the end-to-end tests: a sandbox of their own. Its progress is shown, since a first start gets or builds the tools. */
import { freshSandbox } from "../support/sandbox";

export default (): Promise<void> => freshSandbox({ stdio: ["ignore", "inherit", "inherit"] });

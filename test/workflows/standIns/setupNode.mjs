// actions/setup-node: the Node that runs the tests; what is installed in the tested checkout is there at once, as by a cache.
import { linkModules } from "./modules.mjs";

linkModules(process.env.GITHUB_WORKSPACE ?? "");

/** The plugin's entry: `pulumi-resource-random <engine's address>`. */
import { serve } from "../server.js";
import { RandomProvider } from "./random.js";

await serve(new RandomProvider());

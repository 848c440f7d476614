/**
 * The SDK's index loads npm's arborist, 450 modules and a third of its CPU time, for the packages around a function that is serialized.
 * Nothing here serializes functions; what does gets it when it asks.
 */
import Module from "module";

const file = require.resolve("@npmcli/arborist", { paths: [require.resolve("@pulumi/pulumi")] });
const standIn = new Module(file);
standIn.exports = {
  // So that the SDK's import keeps the getter instead of copying its value.
  __esModule: true,
  get Arborist(): unknown {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the next line loads the real one into its place
    delete require.cache[file];
    return (standIn.require(file) as { Arborist: unknown }).Arborist;
  },
};
require.cache[file] = standIn;

/**
 * A Jest sequencer, which Jest does not compile: the files of a suite that needs sandboxes are begun by their paths. Jest's own order is by
 * what earlier runs on the machine took, so that what one file leaves to the next would show on some machines only.
 */
import Sequencer from "@jest/test-sequencer";

export default class ByPath extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/**
 * A Jest sequencer, which Jest does not compile: the files of a suite that needs sandboxes are begun by their paths. Jest's own order is by
 * what earlier runs on the machine took, so that what one file leaves to the next would show on some machines only.
 */
import Sequencer from "@jest/test-sequencer";

/** Those that take much longer than others of their suite: by their paths they would come last, and go on alone at the end. */
const LONGEST = ["/e2e/platform.test.ts", "/conformance/waits.test.ts", "/conformance/releases.test.ts"];

export default class ByPath extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (LONGEST.some((end) => path.endsWith(end)) ? `\0${path}` : path);
    return [...tests].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }
}

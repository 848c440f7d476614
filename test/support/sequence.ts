/**
 * Jest's environment for Node, for files whose tests go on with what the ones before left in a sandbox: after the first that fails the others of
 * the file are skipped. They would fail for its reason in words of their own, minutes later.
 */
import type { Circus } from "@jest/types";
import { TestEnvironment } from "jest-environment-node";

export default class Sequence extends TestEnvironment {
  private hasFailed = false;

  handleTestEvent = (event: Circus.Event): void => {
    // Of a beforeAll Jest itself fails every test, with what it threw; skipped, they would pass for nothing to be wrong.
    const isOfOne = event.name === "test_fn_failure" || (event.name === "hook_failure" && event.hook.type !== "beforeAll");
    if (isOfOne) this.hasFailed = true;
    if (event.name === "test_start" && this.hasFailed) event.test.mode = "skip";
  };
}

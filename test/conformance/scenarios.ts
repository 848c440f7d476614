/** A test for each recorded scenario. */
import { AWAITED } from "../../sandbox/src/provider/kubernetes/check";
import { replay, runStep } from "./replay";
import { place, provider, type Place } from "./sandbox";
import { isObject, type Declared, type Scenario } from "./vectors";

/** Waits of a minute belong to some scenarios, and the machine may be busy. */
const TIMEOUT_MS = 600_000;

export function checkScenarios(all: readonly Scenario[]): void {
  let here: Place;
  beforeAll(async () => {
    here = await place();
  }, TIMEOUT_MS);

  for (const scenario of all) {
    const refused = provider() === "stand-in" ? firstRefused(scenario) : -1;
    const title = `${refused === -1 ? "" : "refused by name: "}${scenario.name}: ${scenario.why}`;
    test(title, async () => expect(await found(here, scenario, refused)).toEqual([]), TIMEOUT_MS);
  }
}

/** The first step that declares a kind of which the stand-in cannot tell when it is ready, without saying how; -1: none does. */
const firstRefused = ({ steps }: Scenario): number => steps.findIndex(({ program = [] }) => program.some(isRefused));

function isRefused({ type, inputs: { metadata }, get }: Declared): boolean {
  const [, version = "", kind = ""] = type.split(":");
  const annotations = isObject(metadata) && isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  const isSaid = annotations["pulumi.com/skipAwait"] === "true" || annotations["pulumi.com/waitFor"] !== undefined;
  return get === undefined && !isSaid && AWAITED.includes(`${version.replace(/^core\//, "")}/${kind}`);
}

function found(here: Place, scenario: Scenario, refused: number) {
  const step = scenario.steps[refused];
  if (!step) return replay(here, scenario);
  return replay(here, { ...scenario, steps: scenario.steps.slice(0, refused) }, async (stack) => {
    const resource = step.program?.find(isRefused);
    const outcome = await runStep(here, stack, scenario, step);
    const error = outcome.errors.find((text) => text.startsWith(`${resource?.urnName}: `));
    const kind = resource?.type.split(":").at(-1);
    expect({ exitCode: outcome.exitCode, error }).toEqual({
      exitCode: 1,
      error: expect.stringContaining(`the sandbox's stand-in provider cannot tell when a ${kind} is ready`) as string,
    });
  });
}

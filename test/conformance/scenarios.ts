/** A test for each recorded scenario. */
import { replay, runStep } from "./replay";
import { place, provider, type Place } from "./sandbox";
import { withStack } from "./stack";
import { isTolerated } from "./tolerated";
import { declares, scenariosOf, UNUSED_KINDS, type Scenario } from "./vectors";

/** Waits of a minute belong to some scenarios, and the machine may be busy. */
const TIMEOUT_MS = 600_000;

/** @param group of `vectors.ts` */
export function checkScenarios(group: string): void {
  const isRefused = (scenario: Scenario) => provider() === "stand-in" && declares(scenario, UNUSED_KINDS);
  let here: Place;
  beforeAll(async () => {
    here = await place();
  }, TIMEOUT_MS);

  for (const scenario of scenariosOf(group)) {
    const title = `${scenario.name}: ${scenario.why}`;
    if (isRefused(scenario)) test(`refused by name: ${title}`, () => expectRefusal(here, scenario), TIMEOUT_MS);
    else
      test(
        title,
        async () => {
          const found = await replay(here, scenario);
          expect(found.filter((difference) => !isTolerated(scenario.name, difference))).toEqual([]);
        },
        TIMEOUT_MS,
      );
  }
}

/** The first step that declares the unused kind must say which kind it is, and make nothing of that kind. */
async function expectRefusal(here: Place, scenario: Scenario): Promise<void> {
  const [step] = scenario.steps;
  const refused = step?.program?.find(({ type }) => UNUSED_KINDS.test(type));
  if (!step || !refused) throw new Error(`${scenario.name}: its first step declares no kind that is refused`);
  const kind = refused.type.split(":").at(-1);
  const outcome = await withStack(here, scenario.name, (stack) => runStep(here, stack, scenario, step));
  expect({ exitCode: outcome.exitCode, error: outcome.errors.find((text) => text.startsWith(`${refused.urnName}: `)) }).toEqual({
    exitCode: 1,
    error: expect.stringContaining(`the sandbox's stand-in provider cannot tell when a ${kind} is ready`) as string,
  });
}

import { checkScenarios } from "./scenarios";

checkScenarios("waits");

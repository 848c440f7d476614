import { checkScenarios } from "./scenarios";

checkScenarios("objects");

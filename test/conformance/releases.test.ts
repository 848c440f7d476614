import { checkScenarios } from "./scenarios";

checkScenarios("releases");

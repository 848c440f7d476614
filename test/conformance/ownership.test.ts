import { checkScenarios } from "./scenarios";

checkScenarios("ownership");

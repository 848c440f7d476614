import { checkScenarios } from "./scenarios";
import { scenariosOf } from "./vectors";

checkScenarios(scenariosOf("objects"));

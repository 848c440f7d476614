/** All checks, in the order of the report: from what is deployed to what it stands on. */
import type { Check } from "../finding";
import { agentFailed } from "./agentFailed";
import { apiServices } from "./apiServices";
import { chartMissing } from "./chartMissing";
import { nodeClocks, serverClock } from "./clockSkew";
import { ingressClass } from "./ingressClass";
import { issuer } from "./issuer";
import { heldNamespaces } from "./heldNamespaces";
import { leftovers, packages } from "./leftovers";
import { ksCoreChart } from "./ksCoreChart";
import { lostPlacement } from "./lostPlacement";
import { memberAway } from "./memberAway";
import { memberCore } from "./memberCore";
import { nodePort } from "./nodePort";
import { otherHost } from "./otherHost";
import { pendingRelease } from "./pendingRelease";
import { remains } from "./remains";
import { repository } from "./repository";
import { stuckPlan } from "./stuckPlan";
import { crds, taken } from "./taken";
import { unversionedPlan } from "./unversionedPlan";
import { waitsForMember } from "./waitsForMember";
import { webhooks } from "./webhooks";

export const CHECKS: readonly Check[] = [
  ...[stuckPlan, unversionedPlan, lostPlacement, chartMissing, crds, taken, webhooks, pendingRelease, ingressClass, nodePort, issuer],
  ...[memberAway, memberCore, otherHost, agentFailed, waitsForMember],
  ...[serverClock, nodeClocks, ksCoreChart, repository, leftovers, packages, heldNamespaces, apiServices, remains],
];

/**
 * The policy pack: `pulumi preview --policy-pack policy`. The gate of a pull request is `luban policy`, which sees more; a pack is for those
 * who enforce theirs where Pulumi runs.
 */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";

new PolicyPack("kubesphere", { enforcementLevel: "mandatory", policies });

/* eslint-disable @typescript-eslint/no-require-imports -- the pack's host requires it, and so compiles what it requires */
// The policy pack: `pulumi preview --policy-pack policy`, after `npm install --no-save @pulumi/policy@1.21.0`. Unproven in the sandbox, whose
// language host cannot run packs; the gate that is proven is `npm run policy`, which sees more.
const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("./pack");

new PolicyPack("kubesphere", { enforcementLevel: "mandatory", policies });

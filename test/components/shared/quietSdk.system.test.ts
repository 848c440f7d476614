import { execFileSync } from "child_process";
import { join } from "path";
import { transformFileSync } from "@swc/core";

const checkout = join(__dirname, "../../..");
const { code } = transformFileSync(join(checkout, "components/shared/quietSdk.ts"), {
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
});

// Jest keeps modules of its own; Node's are what the program meets.
const inNode = (script: string): unknown =>
  JSON.parse(execFileSync(process.execPath, ["--eval", `${code}\n${script}`], { cwd: checkout, encoding: "utf8" }));

test("a stack with hundreds of extensions does not pay for the SDK's traces and debug messages; what a user is told stays", () => {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const { debuggablePromise, leakedPromises } = require("@pulumi/pulumi/runtime/debuggable");
    const sent = [];
    // An engine that keeps what it is sent.
    const engine = { log: (request, done) => (sent.push(request.getMessage()), done()) };
    require("@pulumi/pulumi/runtime/state").getStore().settings.engine = engine;
    require("@pulumi/pulumi/runtime/settings").getEngine = () => engine;
    const never = debuggablePromise(new Promise(() => undefined), "waits for ever");
    const [leaked, told] = leakedPromises();
    Promise.all([pulumi.log.debug("a request"), pulumi.log.warn("for the user")]).then(() =>
      process.stdout.write(JSON.stringify({
        sent,
        leaked: leaked.size,
        told: told.includes("still active"),
        trace: String(never._debugStackTrace).split("\\n").length > 1,
        resource: pulumi.Resource.stackTrace(0),
        own: new Error("of the program").stack.split("\\n").length > 1,
      })),
    );`;
  expect(inNode(script)).toEqual({
    sent: ["for the user"],
    leaked: 1,
    told: true,
    trace: false,
    resource: [],
    own: true,
  });
});

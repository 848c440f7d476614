import * as grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import { maskLogins } from "../../../operate/shared/urls";

/** Warnings beside a resource in the engine's output. The engine's address is the plugin's first argument that is no flag. */
export function engineLog(argv: string[]): (urn: string, message: string) => Promise<void> {
  const log = unmasked(argv);
  return (urn, message) => log(urn, maskLogins(message));
}

function unmasked(argv: string[]): (urn: string, message: string) => Promise<void> {
  const address = argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (!address) return async (_, message) => console.error(message);
  const engine = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
  return (urn, message) => {
    const request = new engineProto.LogRequest().setSeverity(engineProto.LogSeverity.WARNING).setUrn(urn).setMessage(message);
    return new Promise((resolve) => {
      engine.log(request, (error) => {
        // A warning that does not arrive is no reason to fail the operation.
        if (error) console.error(`${message} (${error.message})`);
        resolve();
      });
    });
  };
}

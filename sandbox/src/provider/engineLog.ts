import * as grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import { maskLogins } from "../../../cli/shared/urls";

/** What is reported beside a resource in the engine's output; `urn` is "" for the whole stack. */
export interface Log {
  readonly warn: (urn: string, message: string) => Promise<void>;
  readonly inform: (urn: string, message: string) => Promise<void>;
}

/** @param argv the engine's address is the plugin's first argument that is no flag */
export function engineLog(argv: string[]): Log {
  const { INFO, WARNING } = engineProto.LogSeverity;
  const say = sayer(argv);
  return {
    warn: (urn, message) => say(WARNING, urn, maskLogins(message)),
    inform: (urn, message) => say(INFO, urn, maskLogins(message)),
  };
}

type Severity = (typeof engineProto.LogSeverity)["INFO" | "WARNING"];

function sayer(argv: string[]): (severity: Severity, urn: string, message: string) => Promise<void> {
  const address = argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (!address) return async (_, __, message) => console.error(message);
  const engine = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
  return (severity, urn, message) => {
    const request = new engineProto.LogRequest().setSeverity(severity).setUrn(urn).setMessage(message);
    return new Promise((resolve) => {
      engine.log(request, (error) => {
        // A word that does not arrive is no reason to fail the operation.
        if (error) console.error(`${message} (${error.message})`);
        resolve();
      });
    });
  };
}

/** The gRPC side of a provider plugin: messages to plain values and back. */
import * as grpc from "@grpc/grpc-js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import { maskLogins } from "../../../cli/shared/urls";
import { keepingMarks } from "./keepingMarks.js";
import { PartialFailure, type Diff, type Provider } from "./provider.js";
import { fromWire, toWire, type Properties } from "./values.js";

type Struct = structProto.Struct;
type JsonObject = Parameters<typeof structProto.Struct.fromJavaScript>[0];

const read = (struct: Struct | undefined): Properties => fromWire(struct?.toJavaScript() ?? {}) as Properties;
const write = (properties: Properties): Struct => structProto.Struct.fromJavaScript(toWire(properties) as JsonObject);
const empty = () => new emptyProto.Empty();

function diffMessage(diff: Diff): proto.DiffResponse {
  const { ADD, ADD_REPLACE, UPDATE, UPDATE_REPLACE, DELETE, DELETE_REPLACE } = proto.PropertyDiff.Kind;
  const kinds = { add: [ADD, ADD_REPLACE], update: [UPDATE, UPDATE_REPLACE], delete: [DELETE, DELETE_REPLACE] } as const;
  const detailed = Object.entries(diff.detailed ?? {});
  const message = new proto.DiffResponse()
    .setChanges(diff.changed ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE)
    .setReplacesList(diff.replaces)
    .setDiffsList(diff.diffs ?? [])
    .setDeletebeforereplace(diff.deleteBeforeReplace ?? false)
    .setHasdetaileddiff(detailed.length > 0);
  for (const [path, kind] of detailed) {
    const replaces = diff.replaces.includes(path) ? 1 : 0;
    // Deletions show as differences of inputs, as the official provider reports them (golden data, `inputDiff`).
    message.getDetaileddiffMap().set(path, new proto.PropertyDiff().setKind(kinds[kind][replaces]).setInputdiff(kind === "delete"));
  }
  return message;
}

/** The engine resets ignored inputs before an update but not before a refresh, so they must be left out here too. */
function ignoring(diff: Diff, ignored: string[]): Diff {
  if (ignored.length === 0 || !diff.detailed) return diff;
  const isSeen = (path: string) =>
    !ignored.some((prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`));
  const seen = Object.entries(diff.detailed).filter(([path]) => isSeen(path));
  const isPart = (property: string) => seen.some(([path]) => path.split(/[.[]/)[0] === property);
  return {
    ...diff,
    changed: seen.length > 0,
    replaces: diff.replaces.filter(isSeen),
    detailed: Object.fromEntries(seen),
    ...(diff.diffs && { diffs: diff.diffs.filter(isPart) }),
  };
}

/** What a server refuses it may quote, with the address of a repository or a database and the login in it. */
function errorMessage(error: unknown): Partial<grpc.StatusObject> {
  const message = maskLogins(error instanceof Error ? error.message : String(error));
  if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details: message };
  const detail = new proto.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(write(error.outputs))
    .setInputs(write(error.inputs))
    .setReasonsList(error.reasons.map(maskLogins));
  const any = new anyProto.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status().setCode(grpc.status.UNKNOWN).setMessage(message);
  // Not chained: it returns what was added.
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => answer(call.request))()
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(errorMessage(error)),
      )
      // Nobody else would hear of it, and Node.js ends a process for that: the engine would learn "EOF", and no state.
      .catch((error: unknown) => callback({ code: grpc.status.INTERNAL, details: `the answer cannot be told: ${String(error)}` }));
  };
}

function handlers(provider: Provider): grpc.UntypedServiceImplementation {
  const refuse = (what: string) =>
    unary(() => {
      throw new Error(`the sandbox's stand-in for the plugin "${provider.name}" has no ${what}; the official plugin has`);
    });
  return {
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(provider.version)),
    checkConfig: unary((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(async (request: proto.DiffRequest) =>
      diffMessage(await provider.diffConfig(read(request.getOldInputs() ?? request.getOlds()), read(request.getNews()))),
    ),
    configure: unary(async (request: proto.ConfigureRequest) => {
      await provider.configure(read(request.getArgs()));
      return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true).setAcceptresources(true).setAcceptoutputs(true);
    }),
    check: unary(async (request: proto.CheckRequest) => {
      const seed = Buffer.from(request.getRandomseed_asU8());
      const checked = await provider.check({ urn: request.getUrn(), seed }, read(request.getOlds()), read(request.getNews()));
      const failures = (checked.failures ?? []).map(({ property, reason }) =>
        new proto.CheckFailure().setProperty(property).setReason(reason),
      );
      return new proto.CheckResponse().setInputs(write(checked.inputs)).setFailuresList(failures);
    }),
    diff: unary(async (request: proto.DiffRequest) =>
      diffMessage(
        ignoring(
          await provider.diff(
            { urn: request.getUrn(), id: request.getId(), inputs: read(request.getOldInputs()), outputs: read(request.getOlds()) },
            read(request.getNews()),
          ),
          request.getIgnorechangesList(),
        ),
      ),
    ),
    create: unary(async (request: proto.CreateRequest) => {
      const options = { timeoutSeconds: request.getTimeout(), preview: request.getPreview() };
      const { id, outputs } = await provider.create(request.getUrn(), read(request.getProperties()), options);
      return new proto.CreateResponse().setId(id).setProperties(write(outputs));
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const found = await provider.read({
        urn: request.getUrn(),
        id: request.getId(),
        inputs: read(request.getInputs()),
        outputs: read(request.getProperties()),
      });
      if (!found) return new proto.ReadResponse();
      return new proto.ReadResponse().setId(found.id).setInputs(write(found.inputs)).setProperties(write(found.outputs));
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const old = {
        urn: request.getUrn(),
        id: request.getId(),
        inputs: read(request.getOldInputs()),
        outputs: read(request.getOlds()),
      };
      const options = { timeoutSeconds: request.getTimeout(), preview: request.getPreview() };
      return new proto.UpdateResponse().setProperties(write(await provider.update(old, read(request.getNews()), options)));
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      const old = {
        urn: request.getUrn(),
        id: request.getId(),
        inputs: read(request.getOldInputs()),
        outputs: read(request.getProperties()),
      };
      await provider.delete(old, { timeoutSeconds: request.getTimeout(), preview: false });
      return empty();
    }),
    cancel: unary(() => {
      provider.cancel();
      return empty();
    }),
    getSchema: unary(() => new proto.GetSchemaResponse().setSchema(JSON.stringify({ name: provider.name, version: provider.version }))),
    invoke: unary(async (request: proto.InvokeRequest) => {
      const invoked = provider.functions?.[request.getTok()];
      if (!invoked)
        throw new Error(
          `the sandbox's stand-in for the plugin "${provider.name}" has no function ${request.getTok()}; the official plugin has`,
        );
      return new proto.InvokeResponse().setReturn(write(await invoked(read(request.getArgs()))));
    }),
    call: refuse("methods"),
    construct: refuse("component resources"),
    parameterize: refuse("parameters"),
  };
}

/** Serves `provider` on a free port of 127.0.0.1 and prints the port, which is how the engine finds it. */
export async function serve(provider: Provider): Promise<grpc.Server> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(providerGrpc.ResourceProviderService, handlers(keepingMarks(provider)));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  console.log(port);
  // An engine that is killed cannot tell its plugins: a new parent process says so.
  const engine = process.ppid;
  setInterval(() => process.ppid !== engine && process.exit(1), 2_000).unref();
  return server;
}

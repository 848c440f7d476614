import * as grpc from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import proto from "@pulumi/pulumi/proto/provider_pb";
import statusProto from "@pulumi/pulumi/proto/status_pb";
import { PartialFailure, type Provider } from "../../../sandbox/src/provider/provider";
import { serve } from "../../../sandbox/src/provider/server";
import { Secret, UNKNOWN } from "../../../sandbox/src/provider/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });

const provider: Provider = {
  name: "fake",
  version: "1.2.3",
  diffConfig: () => ({ changed: true, diffs: ["a"], replaces: ["a"] }),
  configure: () => undefined,
  check: async (_, _olds, news) => ({ inputs: news, failures: [{ property: "a", reason: "because" }] }),
  diff: () => ({ changed: true, replaces: ["a.b"], detailed: { "a.b": "update", c: "delete" }, deleteBeforeReplace: true }),
  create: async (urn, inputs) => {
    if (urn === "plain") throw new Error("no");
    if (urn === "address") throw new Error('Invalid value: "https://me:hidden@db.example/a?b=c"');
    throw new PartialFailure("the-id", inputs, { ...inputs, found: new Secret("s") }, ["first", "second"]);
  },
  read: async () => undefined,
  update: async ({ urn }, news) => {
    if (urn === "untellable") throw new PartialFailure("the-id", news, { a: Symbol("no value") as never }, ["first"]);
    return { ...news, later: UNKNOWN, left: undefined as never };
  },
  delete: async () => undefined,
  cancel: () => undefined,
  functions: { "fake:index:echo": async (args) => ({ ...args, more: [1, null] }) },
};

let server: grpc.Server;
let client: ResourceProviderClient;

beforeAll(async () => {
  const print = jest.spyOn(console, "log").mockImplementation();
  server = await serve(provider);
  client = new ResourceProviderClient(`127.0.0.1:${String(print.mock.calls[0]?.[0])}`, grpc.credentials.createInsecure());
  print.mockRestore();
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});

const struct = (value: object) => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

/** One call, as `[error, response]`. */
const ask = <Request, Response>(method: string, request: Request): Promise<[grpc.ServiceError | null, Response]> =>
  new Promise((resolve) => {
    const call = (
      client as unknown as Record<string, (request: Request, done: (error: grpc.ServiceError | null, response: Response) => void) => void>
    )[method];
    call?.call(client, request, (error, response) => resolve([error, response]));
  });

test("what exists but is not ready reaches the engine with its state, or the next up would try to create it again", async () => {
  const request = new proto.CreateRequest().setUrn("urn").setProperties(struct({ a: secret("x") }));
  const [error] = await ask("create", request);
  expect(error?.details).toBe("2 errors occurred:\n\t* first\n\t* second");
  const bytes = error?.metadata.get("grpc-status-details-bin")[0] as Buffer;
  const detail = statusProto.Status.deserializeBinary(new Uint8Array(bytes)).getDetailsList()[0];
  const failure = proto.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  expect([detail?.getTypeUrl(), failure.getId(), failure.getReasonsList()]).toEqual([
    "type.googleapis.com/pulumirpc.ErrorResourceInitFailed",
    "the-id",
    ["first", "second"],
  ]);
  expect(failure.getProperties()?.toJavaScript()).toEqual({ a: secret("x"), found: secret("s") });
  const [plain] = await ask("create", new proto.CreateRequest().setUrn("plain"));
  expect([plain?.details, plain?.metadata.get("grpc-status-details-bin")]).toEqual(["no", []]);
});

test("a failure that cannot be told fails its operation alone: the plugin would die of it, and all that is under way with it", async () => {
  const [error] = await ask("update", new proto.UpdateRequest().setUrn("untellable").setNews(struct({ a: 1 })));
  expect(error?.details).toMatch(/^the answer cannot be told: /);
  const [, response] = await ask<unknown, proto.UpdateResponse>("update", new proto.UpdateRequest().setNews(struct({ a: 1 })));
  expect(response.getProperties()?.toJavaScript()).toMatchObject({ a: 1 });
});

test("an error shows the password of an address that the cluster quotes", async () => {
  const [error] = await ask("create", new proto.CreateRequest().setUrn("address"));
  expect(error?.details).toBe('Invalid value: "https://[secret]@db.example/a?b=c"');
});

test("a difference names what changes and what that replaces", async () => {
  const [, diff] = await ask<unknown, proto.DiffResponse>("diff", new proto.DiffRequest());
  const { UPDATE_REPLACE, DELETE } = proto.PropertyDiff.Kind;
  expect(diff.toObject()).toMatchObject({
    changes: proto.DiffResponse.DiffChanges.DIFF_SOME,
    replacesList: ["a.b"],
    deletebeforereplace: true,
    hasdetaileddiff: true,
    detaileddiffMap: [
      ["a.b", { kind: UPDATE_REPLACE, inputdiff: false }],
      ["c", { kind: DELETE, inputdiff: true }],
    ],
  });
});

test("a refresh shows no difference in what the program ignores", async () => {
  const [, diff] = await ask<unknown, proto.DiffResponse>("diff", new proto.DiffRequest().setIgnorechangesList(["a"]));
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  expect(diff.toObject()).toMatchObject({ changes: DIFF_SOME, replacesList: [], detaileddiffMap: [["c", {}]] });
  const [, none] = await ask<unknown, proto.DiffResponse>("diff", new proto.DiffRequest().setIgnorechangesList(["a.b", "c"]));
  expect(none.toObject()).toMatchObject({ changes: DIFF_NONE, replacesList: [], detaileddiffMap: [] });
});

test("secrets, unknowns and refused inputs keep their form on the wire", async () => {
  const [, checked] = await ask<unknown, proto.CheckResponse>("check", new proto.CheckRequest().setNews(struct({ a: secret("x") })));
  expect(checked.getInputs()?.toJavaScript()).toEqual({ a: secret("x") });
  expect(checked.getFailuresList().map((failure) => failure.toObject())).toEqual([{ property: "a", reason: "because" }]);
  const [, updated] = await ask<unknown, proto.UpdateResponse>("update", new proto.UpdateRequest().setNews(struct({ a: 1 })));
  expect(updated.getProperties()?.toJavaScript()).toEqual({ a: 1, later: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
});

test("a function answers what the program waits for", async () => {
  const request = new proto.InvokeRequest().setTok("fake:index:echo").setArgs(struct({ a: "x" }));
  const [, answered] = await ask<unknown, proto.InvokeResponse>("invoke", request);
  expect(answered.getReturn()?.toJavaScript()).toEqual({ a: "x", more: [1, null] });
});

test("what the stand-in cannot do is refused by name", async () => {
  const [error] = await ask("invoke", new proto.InvokeRequest().setTok("fake:index:lookup"));
  expect(error?.details).toBe('the sandbox\'s stand-in for the plugin "fake" has no function fake:index:lookup; the official plugin has');
  const [construct] = await ask("construct", new proto.ConstructRequest());
  expect(construct?.details).toContain("has no component resources");
});

test("the engine learns version and abilities, without which it sends no secrets and no previews", async () => {
  const [, configured] = await ask<unknown, proto.ConfigureResponse>("configure", new proto.ConfigureRequest());
  expect(configured.toObject()).toMatchObject({ acceptsecrets: true, supportspreview: true, acceptresources: true, acceptoutputs: true });
});

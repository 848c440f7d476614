/** Runs a Pulumi program without an engine and records what it declares. */
import * as pulumi from "@pulumi/pulumi";

export interface Declared {
  readonly type: string;
  readonly name: string;
  /** Inputs; a secret one is `{ $secret: value }`. */
  readonly inputs: Record<string, unknown>;
  readonly custom: boolean;
}

/** Pulumi's mark of a secret on the wire. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

const showSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(showSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_MARK in value) return { $secret: showSecrets((value as Record<string, unknown>)["value"]) };
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, showSecrets(child)]));
};

export interface Options {
  /** What the provider answers for a resource, on top of its inputs. */
  readonly state?: (resource: Declared) => Record<string, unknown> | Promise<Record<string, unknown>>;
  readonly preview?: boolean;
  /** @default "test" */
  readonly stack?: string;
  readonly config?: Record<string, string>;
}

/** Declares what `program` declares, to the end; only then is anything to be asserted. */
export async function declare<Result>(
  program: () => Promise<Result>,
  options: Options = {},
): Promise<{
  resources: Declared[];
  result: Result;
  isProtected: (name: string) => boolean;
  /** The name of the explicit provider of a resource; undefined for the default one. */
  providerOf: (name: string) => string | undefined;
}> {
  const resources: Declared[] = [];
  const providers = new Map<string, string>();
  const made: { readonly name: string; readonly resource: pulumi.Resource }[] = [];
  pulumi.runtime.setAllConfig(options.config ?? {});
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom, provider }) => {
        if (provider) providers.set(name, provider.split("::").at(-2) ?? "");
        const resource: Declared = { type, name, inputs: showSecrets(inputs) as Record<string, unknown>, custom: custom ?? false };
        if (type !== "pulumi:pulumi:Stack") resources.push(resource);
        return { id: `${name}-id`, state: { ...(inputs as object), ...(await options.state?.(resource)) } };
      },
      call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
      },
    },
    "kubesphere",
    options.stack ?? "test",
    options.preview ?? false,
  );
  let result: Result | undefined;
  // The SDK takes a stack trace with each promise, and Jest would look up the source of each frame (see components/shared/quietSdk.ts).
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map(String)].join("\n    at ");
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      // Mocks are not told of options; the resource itself knows, once its parent's are its own.
      pulumi.runtime.registerStackTransformation(({ name, resource }) => {
        made.push({ name, resource });
        return undefined;
      });
      result = await program();
      return {};
    });
  } finally {
    await pulumi.runtime.disconnect();
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
  }
  const isProtected = (name: string) => made.some((it) => it.name === name && (it.resource as { __protect?: boolean }).__protect === true);
  return { resources, result: result as Result, isProtected, providerOf: (name) => providers.get(name) };
}

/** The one resource of that name. */
export function only(resources: readonly Declared[], name: string): Declared {
  const found = resources.filter((resource) => resource.name === name);
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} resources are named ${name}; there are ${resources.map((r) => r.name).join(", ")}`);
  return found[0];
}

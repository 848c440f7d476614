/** The plugin as an executable, which any engine starts by itself: `pulumi-resource-luban` in the package that `build.mjs` makes. */
import { readFileSync } from "fs";
import { join } from "path";
import type * as pulumi from "@pulumi/pulumi";
import * as provider from "@pulumi/pulumi/provider";
import * as components from "./index";

type Component = new (name: string, args: never, opts: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

interface Schema {
  readonly version: string;
  /** By type token. */
  readonly resources: Readonly<Record<string, { readonly properties: object }>>;
}

/** With the schema as it was recorded: to infer it takes the TypeScript compiler, and seconds. */
class Plugin implements provider.Provider {
  readonly version: string;
  private readonly resources: Schema["resources"];

  constructor(readonly schema: string) {
    const { version, resources } = JSON.parse(schema) as Schema;
    this.version = version;
    this.resources = resources;
  }

  construct(name: string, type: string, inputs: pulumi.Inputs, opts: pulumi.ComponentResourceOptions): Promise<provider.ConstructResult> {
    const Class = (components as unknown as Readonly<Record<string, Component>>)[type.split(":").at(-1) ?? ""];
    const resource = this.resources[type];
    if (Class === undefined || resource === undefined) throw new Error(`no component ${type}: ${Object.keys(this.resources).join(", ")}`);
    const component = new Class(name, inputs as never, opts);
    const state = Object.keys(resource.properties).map((key) => [key, (component as unknown as pulumi.Inputs)[key]] as const);
    return Promise.resolve({ urn: component.urn, state: Object.fromEntries(state) });
  }
}

void provider.main(new Plugin(readFileSync(join(__dirname, "schema.json"), "utf8")), process.argv.slice(2));

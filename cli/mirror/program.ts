/** The program itself, run without an engine and a cluster: what it declares, with the values that it gives. */
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/settings";
import type { Sources } from "../../settings/sources";
import { clusterProvider } from "../../components/cluster/clusterProvider";
import { Platform } from "../../components/platform";
import type { Fields } from "../shared/preview";
import type { Resource } from "../preview/resources";

/** How the SDK marks a secret on the wire. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";
/** For what a provider makes up, such as a password: no chart's images depend on it. */
const GENERATED = "generated";

/** No cluster is asked, and no kubeconfig leaves this process. */
const UNASKED = { kubeconfig: "", standing: { uid: undefined, isFirst: false } };

/** @returns in the form of a first preview; may hold secrets in clear */
export async function declaredResources(settings: Settings, sources: Sources): Promise<readonly Resource[]> {
  const declared: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const wanted = inClear(inputs) as Fields;
        declared.push({ urn: name, type, name, operation: "create", step: { op: "create", urn: name }, wanted });
        return { id: name, state: type.startsWith("random:") ? { ...wanted, result: GENERATED } : wanted };
      },
      call: ({ token }) => {
        throw new Error(`the program calls ${token}`);
      },
    },
    "kubesphere",
    settings.cluster.identifier,
    false,
  );
  try {
    await pulumi.runtime.runInPulumiStack(() => {
      new Platform(
        "kubesphere",
        {
          settings,
          sources,
          members: settings.memberClusters.map(() => UNASKED),
          webhooksFail: () => Promise.resolve(false),
          follow: () => Promise.resolve(undefined),
        },
        { providers: [clusterProvider(settings.cluster)] },
      );
      return Promise.resolve({});
    });
  } finally {
    await pulumi.runtime.disconnect();
  }
  return declared;
}

function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_MARK in value) return inClear((value as Readonly<Record<string, unknown>>)["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inClear(child)]));
}

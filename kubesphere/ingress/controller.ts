/** What the program has to know of an ingress controller: one object each, in a file of its name. */
import type { Values } from "../chart/helmValues";

/** How people reach the controller. */
export interface Entry {
  /** The IngressClass that it serves. */
  readonly className: string;
  /** NodePort for HTTP. */
  readonly http: number;
  /** NodePort for HTTPS. Default: the cluster chooses one. */
  readonly https?: number | undefined;
}

/** Where a chart is found, unless a stack names another place. */
export interface PinnedChart {
  readonly chart: string;
  readonly repository?: string;
  readonly version: string;
}

/** What an Ingress leads to. */
export interface Backend {
  readonly name: string;
  readonly port: number;
  /** What it speaks, where that is not plain HTTP. */
  readonly protocol?: "HTTPS" | undefined;
}

/** A Service that speaks TLS. */
export interface TlsService extends Pick<Backend, "name" | "port"> {
  /** The port's own, where it has one. */
  readonly portName?: string | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** How an Ingress, or the Service behind it, says that the Service speaks TLS. */
export type TlsBackend =
  | { readonly on: "Ingress"; annotations(service: Pick<TlsService, "name">): Readonly<Record<string, string>> }
  | {
      readonly on: "Service";
      /** Whether the controller sees it without an annotation. */
      isSeen(service: TlsService): boolean;
      annotations(service: Pick<TlsService, "port">): Readonly<Record<string, string>>;
      /** That it verifies the Service's certificate, and how not to, as the rest of a sentence. Default: it does not. */
      readonly verifies?: string;
    };

/** A value of a chart: the registry of images, the image within it, or both as one. */
export interface ImageValue {
  readonly path: string;
  readonly holds: "registry" | "repository" | "registry/repository";
}

export interface IngressController {
  /** As people call it. */
  readonly title: string;
  /** Its Helm release, and the release's namespace. */
  readonly release: string;
  /** The IngressClass that it serves, unless a stack names another one. */
  readonly className: string;
  readonly chart: PinnedChart;
  /** The chart's values for NodePorts and IngressClass. */
  values(entry: Entry): Values;
  /** The values that settings decide, by path, and which setting does. */
  readonly decided: Readonly<Record<string, string>>;
  /** The values that say where images come from, for a mirror. */
  readonly images: readonly ImageValue[];
  /** Paths of values that pin an image's tag, where the chart has its appVersion. */
  readonly tags: readonly string[];
  /**
   * The value that names the certificate of all hosts whose Ingress has none, as extensions' have none; undefined: there is no such thing,
   * and the controller answers for such a host over HTTP alone.
   */
  readonly defaultCertificate: { readonly path: string; readonly holds: string } | undefined;
  readonly tlsBackend: TlsBackend;
  /** Those of the annotations `nginx.ingress.kubernetes.io/*` that it heeds, without the prefix. */
  readonly heeds: "all" | ReadonlySet<string>;
  /** Labels of the Service that has the NodePorts. */
  readonly service: Readonly<Record<string, string>>;
  /** Why nobody should begin with it, as a sentence without an end. Default: somebody keeps it. */
  readonly retired?: string;
}

/** For {@link IngressController.heeds}: a controller with annotations of its own. */
export const HEEDS_NONE: ReadonlySet<string> = new Set();

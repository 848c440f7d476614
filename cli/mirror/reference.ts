/** References of container images, as Docker and Kubernetes read them. Pure. */
import { Failure } from "../shared/command";
import { pathWithin } from "../shared/fileName";

export interface Reference {
  /** Registry, such as `docker.io` or `127.0.0.1:5000`. */
  readonly host: string;
  /** In the registry, such as `library/nginx`. */
  readonly path: string;
  /** `latest` where neither a tag nor a digest is given. */
  readonly tag?: string;
  /** `sha256:<hex>` */
  readonly digest?: string;
}

const DOCKER_HUB = "docker.io";
const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** @returns undefined for what is no reference */
export function parseReference(text: string): Reference | undefined {
  const [, named = "", digest] = /^([^@]*)(?:@(.*))?$/.exec(text) ?? [];
  const [, name = "", tag] = /^(.*?)(?::([^/:]*))?$/.exec(named) ?? [];
  const [first = "", ...rest] = name.split("/");
  // Docker's rule: what could be no host name is a part of the path on Docker Hub.
  const isHost = rest.length > 0 && (/[.:A-Z]/.test(first) || first === "localhost");
  const given = isHost ? first : DOCKER_HUB;
  const host = given === "index.docker.io" ? DOCKER_HUB : given;
  const own = isHost ? rest.join("/") : name;
  const path = host === DOCKER_HUB && !own.includes("/") ? `library/${own}` : own;
  if (!PATH.test(path) || (tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  if (digest !== undefined) return { host, path, ...(tag !== undefined && { tag }), digest };
  return { host, path, tag: tag ?? "latest" };
}

/** In one form for one image, whatever was left out. */
export const referenceText = ({ host, path, ...rest }: Reference): string => `${host}/${path}${suffix(rest)}`;

const suffix = ({ tag, digest }: Pick<Reference, "tag" | "digest">) =>
  `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;

/** By its tag where it has one: a digest that is named beside it is the image's own. */
export const targetIn = (registry: string, { path, tag, digest }: Reference): string =>
  `${registry}/${path}${tag === undefined ? `@${digest ?? ""}` : `:${tag}`}`;

/** The folder of an image below the one of all images. */
export const folderOf = ({ host, path, tag, digest = "" }: Reference): string =>
  pathWithin([host.replace(":", "_"), path, tag ?? digest.replace(":", "-")].join("/"));

export interface Mapping {
  /** A registry, or a registry with the beginning of a path. */
  readonly from: string;
  readonly to: string;
}

/** @param given `REGISTRY[/PATH]=REGISTRY[/PATH]` each @throws Failure */
export const parseMappings = (given: readonly string[]): readonly Mapping[] =>
  given.map((text) => {
    const [from = "", to = "", ...rest] = text.split("=");
    if (from === "" || to === "" || rest.length > 0)
      throw new Failure(`--from ${text}: write REGISTRY=REGISTRY, such as docker.io=mirror.example.com`, 2);
    return { from: withoutSlash(from), to: withoutSlash(to) };
  });

export const withoutSlash = (text: string) => text.replace(/\/+$/, "");

/** Where the image is asked for: the mapping with the longest beginning counts. */
export function upstreamOf(reference: Reference, mappings: readonly Mapping[]): string {
  const { host, path, ...rest } = reference;
  const name = `${host}/${path}`;
  const [fitting] = mappings
    .filter(({ from }) => name === from || name.startsWith(`${from}/`))
    .sort((a, b) => b.from.length - a.from.length);
  return `${fitting === undefined ? name : fitting.to + name.slice(fitting.from.length)}${suffix(rest)}`;
}

/** Makes the name of a file from words of others, never a path to another file. */
import { Failure } from "./command";

/** Kubernetes', Helm's and semantic versioning's own letters; a file's name is at most 255 bytes long. */
const SAFE = /^(?!\.)[A-Za-z0-9._+-]{1,200}$/;

/**
 * @param parts such as a chart's name and version; they are joined by a hyphen
 * @param ending the file's ending, such as `.tgz`
 * @throws Failure if the name could lead out of a folder, would be hidden, or is not valid for a file
 */
export function fileNameOf(parts: readonly string[], ending = ""): string {
  const name = parts.join("-");
  if (parts.every((part) => SAFE.test(part)) && SAFE.test(name)) return `${name}${ending}`;
  throw new Failure(
    `${JSON.stringify(name)} is no name for a file: letters, digits and . _ + - are allowed, not beginning with a dot, at most 200 of them. ` +
      "Change the name or the version in Chart.yaml.",
  );
}

/**
 * Checks that the path in a record stays within its folder.
 * @param path relative, with `/` between its parts
 * @throws Failure for any other
 */
export function pathWithin(path: unknown): string {
  if (typeof path === "string" && path.split("/").every((part) => SAFE.test(part))) return path;
  throw new Failure(`${JSON.stringify(path)} is no path within the folder: names of files and / between them are allowed`);
}

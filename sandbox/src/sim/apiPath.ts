const SEGMENT = /^(?!\.{1,2}$)[\w.:-]+$/;

/**
 * Names in a path come from the cluster, from charts and from indexes: none may make it another object's.
 * @param path of the API server, with its query
 */
export function assertApiPath(path: string): void {
  const [place = ""] = path.split("?");
  const [root, ...segments] = place.split("/");
  if (root === "" && segments.every((segment) => SEGMENT.test(segment))) return;
  throw new Error(`${JSON.stringify(place)} is no path of the API server; allowed: names of letters, digits, "-", "_", "." and ":"`);
}

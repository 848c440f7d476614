/** The API server's answer to a request it did not carry out (`Status` of the Kubernetes API). */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly kind: string | undefined,
  ) {
    super(message);
  }
}

/** No answer at all. */
export class Unreachable extends Error {
  constructor(server: string, cause: string) {
    super(`unable to load schema information from the API server: ${server}: ${cause}`);
  }
}

/** The server knows no such kind, or not yet. */
export class NoSuchKind extends Error {
  constructor(
    readonly apiVersion: string,
    readonly kind: string,
  ) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;

export interface Cause {
  /** `FieldValueRequired`, `FieldManagerConflict`, … */
  readonly reason?: string;
  readonly field?: string;
}

/** The API server's answer to a request it did not carry out (`Status` of the Kubernetes API). */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly kind: string | undefined,
    /** What was wrong with which fields. */
    readonly causes: readonly Cause[] = [],
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

export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.code === 403;

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @param manager whose server-side apply it was */
export function conflictText(error: unknown, manager: string): string {
  if (!(error instanceof ApiError) || error.reason !== "Conflict") return textOf(error);
  return `server-side apply field conflict detected, see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help\nThe resource managed by field manager "${manager}" had an apply conflict: ${error.message}`;
}

/** Why there is no new object, in the words that users of the official provider know. */
export function createError(urn: string, error: unknown, manager: string): Error {
  if (error instanceof Unreachable) return new Error(`configured Kubernetes cluster is unreachable: ${error.message}`);
  if (error instanceof NoSuchKind) {
    return new Error(
      `creation of resource "${urn}" with kind ${error.apiVersion}/${error.kind} failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
    );
  }
  const exists = error instanceof ApiError && error.reason === "AlreadyExists";
  const advice = exists ? "\n\nSomebody else made it. Import it, rename it, or delete it; a renamed Pulumi resource needs an alias." : "";
  return new Error(`resource "${urn}" was not successfully created by the Kubernetes API server: ${conflictText(error, manager)}${advice}`);
}

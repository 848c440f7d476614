/** Patch resources, `NamespacePatch` and its like: some fields of an object that somebody else makes and deletes. */
import { parseUrn } from "../provider.js";

/** @param kind of the object; a custom resource whose own kind ends with "Patch" is none */
export const isPatch = (urn: string, kind: string): boolean => parseUrn(urn).type.endsWith(`:${kind}Patch`);

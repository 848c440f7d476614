/** The registry that charts write before `/<image>`. */
const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:]+\\])`;
const WORD = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";

/** The first parts of an image's name, by the rules of distribution's `reference`: a host, perhaps with port and path. */
export const IMAGE_REGISTRY = new RegExp(`^${HOST}(?::\\d{1,5})?(?:/${WORD})*$`);

export const IMAGE_REGISTRY_TEXT = "a registry host such as registry.example.com";
/** The form of a registry, in the words of the error for a URL. */
export const IMAGE_REGISTRY_FORM =
  "a registry host, with port and path where it has them, such as registry.example.com:5000/mirror. Write it without https:// and without a slash at its end";

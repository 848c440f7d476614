import { markAnswer, type Known } from "./marks.js";
import { PartialFailure, type Provider } from "./provider.js";
import type { Properties } from "./values.js";

/**
 * The engine keeps and shows an answer as it is marked, and an operation takes values out of their secrets to work with them. So no answer
 * about a resource leaves `provider` that was not held to the marks of what came in.
 */
export const keepingMarks = (provider: Provider): Provider => ({
  name: provider.name,
  version: provider.version,
  ...(provider.functions && { functions: provider.functions }),
  diffConfig: (olds, news) => provider.diffConfig(olds, news),
  configure: (config) => provider.configure(config),
  diff: (old, news) => provider.diff(old, news),
  delete: (old, options) => provider.delete(old, options),
  cancel: () => provider.cancel(),
  async check(resource, olds, news) {
    const checked = await provider.check(resource, olds, news);
    return { ...checked, inputs: markAnswer(checked.inputs, { news, inputs: olds }) };
  },
  async create(urn, inputs, options) {
    const known = { news: inputs };
    const { id, outputs } = await provider.create(urn, inputs, options).catch(failingWith(known));
    return { id, outputs: markAnswer(outputs, known) };
  },
  async read(old) {
    const found = await provider.read(old).catch(failingWith(old));
    return found && { ...found, inputs: markAnswer(found.inputs, old), outputs: markAnswer(found.outputs, old) };
  },
  async update(old, news, options) {
    const known = { news, inputs: old.inputs, outputs: old.outputs };
    return markAnswer(await provider.update(old, news, options).catch(failingWith(known)), known);
  },
});

/** A failure answers with a state, too. */
const failingWith =
  (known: Known) =>
  (error: unknown): never => {
    if (!(error instanceof PartialFailure)) throw error;
    const marked = (properties: Properties) => markAnswer(properties, known);
    throw new PartialFailure(error.id, marked(error.inputs), marked(error.outputs), error.reasons);
  };

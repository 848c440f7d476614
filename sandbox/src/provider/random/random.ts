import { changes, detailed } from "../diff.js";
import { parseUrn, type Diff, type Options, type Provider, type Resource } from "../provider.js";
import { hasUnknown, revealAll, Secret, UNKNOWN, without, type Properties } from "../values.js";
import { drawPassword, rulesOf, settingsOf } from "./password.js";

const PASSWORD = "random:index/randomPassword:RandomPassword";

/**
 * `RandomPassword`; the package's other types are refused by name. It never answers `bcryptHash`: Node.js has no bcrypt.
 * A password is drawn once and kept in state; any change of its settings or keepers makes a new one.
 */
export class RandomProvider implements Provider {
  readonly name = "random";
  readonly version = "4.21.2";

  diffConfig = (): Diff => ({ changed: false, replaces: [] });

  configure(): void {}

  async check({ urn }: { urn: string }, _olds: Properties, inputs: Properties) {
    const { type } = parseUrn(urn);
    if (type !== PASSWORD)
      throw new Error(`the sandbox's stand-in for the plugin "random" serves RandomPassword only, not ${type}; the official plugin does`);
    if (hasUnknown(without(inputs, "keepers"))) return { inputs };
    try {
      rulesOf(inputs);
      return { inputs };
    } catch (error) {
      return { inputs, failures: [{ property: "", reason: (error as Error).message }] };
    }
  }

  diff({ inputs, outputs }: Resource, news: Properties): Diff {
    const [olds, wanted] = [settingsOf(revealAll(Object.keys(inputs).length > 0 ? inputs : outputs)), settingsOf(revealAll(news))];
    const found = detailed(changes(olds, olds, wanted));
    return { changed: Object.keys(found).length > 0, replaces: Object.keys(found), detailed: found };
  }

  async create(_urn: string, inputs: Properties, { preview }: Options): Promise<{ id: string; outputs: Properties }> {
    const result = new Secret(preview ? UNKNOWN : drawPassword(rulesOf(inputs)));
    return { id: preview ? "" : "none", outputs: { ...settingsOf(inputs), result } };
  }

  /** Nothing outside of state can change. An import's id is the password itself. */
  async read({ id, inputs, outputs }: Resource) {
    if (id === "none") return { id, inputs, outputs };
    const imported = { length: id.length };
    return { id: "none", inputs: imported, outputs: { ...settingsOf(imported), result: new Secret(id) } };
  }

  update(): Promise<Properties> {
    throw new Error("a RandomPassword is replaced, never updated");
  }

  async delete(): Promise<void> {}

  cancel(): void {}
}

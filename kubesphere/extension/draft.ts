/** An extension as its author's files tell it, before Helm has rendered it. */
import type { AnyFile } from "../chart/chart";
import type { ExtensionFacts } from "./extensionFacts";
import type { ExtensionMetadata } from "./extensionMetadata";
import type { Values } from "../chart/helmValues";
import type { Permissions } from "./permissions";
import type { UiService } from "./ui";

/** What is known of a version of an extension without rendering it. */
export interface ExtensionIdentity {
  /** The extension's and its release's; for a plain chart the chart's own, unless extension.yaml says another. */
  readonly name: string;
  /** A semantic version that KubeSphere can compare with itself. */
  readonly version: string;
  readonly metadata: ExtensionMetadata;
  /** The keys that an install's `config` may have at its root; undefined where only the package's author knows them. */
  readonly configKeys: readonly string[] | undefined;
}

export interface Draft extends ExtensionIdentity {
  /** What it was read from, as given. */
  readonly source: string;
  /** The author's own permissions.yaml; undefined: the rights are those that the rendered objects need. */
  readonly permissions: Permissions | undefined;
  /** What the executor may do. */
  rights(learnt: Told): Permissions;
  /** A plain chart, to which a base chart is added; undefined for an extension that has its own front end. */
  readonly wrapped: WrappedChart | undefined;
  /** Templates of the author's charts, as text: what they name and look up counts, whether or not it is rendered. @throws ConfigurationError */
  templates(): Promise<readonly string[]>;
  /** What is to be rendered: every object that an install may make is among it, those of the base chart too. */
  readonly files: readonly AnyFile[];
  /** The package's files. */
  finish(learnt: Told): readonly AnyFile[];
  /** Whether what it depends on came along. @param config the install's values @throws ConfigurationError */
  checkDependencies(config: Values): void;
}

export interface WrappedChart {
  /** The chart's own name: its values stand under it. */
  readonly chart: string;
  /** The chart's own version; the package's is what KubeSphere can compare with itself. */
  readonly version: string;
  /** The base chart's name, under which its values stand. */
  readonly base: string;
  /** Of values.yaml. */
  readonly values: Values;
  /** Those of their keys that are for charts within it. */
  readonly keysForCharts: readonly string[];
  /** The UI's Service, as its author states it: false for none; undefined: as the rendered objects tell. */
  readonly service: UiService | false | undefined;
}

/** What Helm's render of it tells, and what decides the package. */
export interface Told extends ExtensionFacts {
  /** Of the rights, those that Helm's release and the base chart take, whatever the author's chart takes. */
  readonly added: Permissions;
  /** What the UI's Service could be, where none could be chosen, as `name:port`. */
  readonly undecided: readonly string[];
  /** Hosts of the Ingresses that an install makes, on the host cluster. */
  readonly hosts: readonly string[];
  /** Whether an install brings a front end into the console, which is on the host cluster. */
  readonly hasFrontEnd: boolean;
}

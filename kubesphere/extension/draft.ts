/** An extension from its author's files, before Helm has rendered it. */
import type { AnyFile } from "../chart/chart";
import type { ExtensionFacts } from "./extensionFacts";
import type { ExtensionMetadata } from "./extensionMetadata";
import type { Values } from "../chart/helmValues";
import type { Permissions } from "./permissions";
import type { UiService } from "./ui";

/** The facts about a version of an extension that need no rendering. */
export interface ExtensionIdentity {
  /** The name of the extension and of its release; for a plain chart the chart's own, unless extension.yaml has another. */
  readonly name: string;
  /** A semantic version that KubeSphere can compare. */
  readonly version: string;
  readonly metadata: ExtensionMetadata;
  /** The keys that an installation's `config` may have at its root; undefined if only the package's author knows them. */
  readonly configKeys: readonly string[] | undefined;
}

export interface Draft extends ExtensionIdentity {
  /** The source from which it was read, as given. */
  readonly source: string;
  /** The author's own permissions.yaml; undefined if the rights are derived from the rendered objects. */
  readonly permissions: Permissions | undefined;
  /** The executor's rights. */
  rights(learnt: Told): Permissions;
  /** Set for a plain chart, to which a base chart is added; undefined for an extension with its own front end. */
  readonly wrapped: WrappedChart | undefined;
  /** Templates of the author's charts, as text: kinds that they name or look up count also if they are not rendered. @throws ConfigurationError */
  templates(): Promise<readonly string[]>;
  /** The files to render: they make every object that an installation may make, including those of the base chart. */
  readonly files: readonly AnyFile[];
  /** The package's files. */
  finish(learnt: Told): readonly AnyFile[];
  /** Checks that its dependencies are in the package. @param config the installation's values @throws ConfigurationError */
  checkDependencies(config: Values): void;
}

export interface WrappedChart {
  /** The chart's own name: its values stand under it. */
  readonly chart: string;
  /** The chart's own version; that of the package has a form that KubeSphere can compare. */
  readonly version: string;
  /** The base chart's name, under which its values stand. */
  readonly base: string;
  /** Of values.yaml. */
  readonly values: Values;
  /** Keys of these values that are for charts within it. */
  readonly keysForCharts: readonly string[];
  /** The UI's Service, if its author states it: false for none; undefined if it is derived from the rendered objects. */
  readonly service: UiService | false | undefined;
}

/** The facts from Helm's render, which determine the package. */
export interface Told extends ExtensionFacts {
  /** The part of the rights that Helm's release and the base chart always need. */
  readonly added: Permissions;
  /** Candidates for the UI's Service, as `name:port`, if none could be chosen. */
  readonly undecided: readonly string[];
  /** Hosts of the installation's Ingresses, on the host cluster. */
  readonly hosts: readonly string[];
  /** Whether the installation adds a front end to the console, which is on the host cluster. */
  readonly hasFrontEnd: boolean;
}

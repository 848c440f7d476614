/** What cannot be had or copied, while the rest goes on. */
import { ConfigurationError } from "../../kubesphere/errors";
import { Failure } from "../shared/command";
import { maskUrls } from "../shared/urls";

export interface Problem {
  /** What it is about; absent where it is no one thing. */
  readonly kind?: "chart" | "image" | "plugin" | "npm";
  readonly name?: string;
  /** What is wrong, and where it was tried. */
  readonly text: string;
  /** What may be done about it; the same words for the same kind. */
  readonly mend?: string;
}

export class Problems {
  readonly all: Problem[] = [];

  add(problem: Problem): void {
    this.all.push({ ...problem, text: maskUrls(problem.text) });
  }

  /** @returns undefined when the work failed, in words that are kept @param text puts the reason into a sentence */
  async attempt<T>(
    about: Omit<Problem, "text">,
    work: () => Promise<T>,
    text: (reason: string) => string = (reason) => reason,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure || error instanceof ConfigurationError)) throw error;
      this.add({ ...about, text: text(error.message) });
      return undefined;
    }
  }

  /** In an order that no run changes. */
  sorted(): readonly Problem[] {
    const keyOf = ({ kind, name, text }: Problem) => [kind, name, text].join(" ");
    return [...this.all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

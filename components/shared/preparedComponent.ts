import * as pulumi from "@pulumi/pulumi";

/**
 * A component that is read, checked and rendered before it is declared: a mistake in it leaves nothing half made, the component itself
 * included. Whatever depends on it waits for its children, as it does of any other component.
 */
export abstract class PreparedComponent<Prepared> extends pulumi.ComponentResource<void> {
  // `declare`: an initializer would run after the base class has called `initialize`.
  declare private whole: { readonly done: () => void; readonly failed: (error: unknown) => void };

  /** @param inputs what state and previews show of it, each as soon as it is known */
  protected constructor(
    type: string,
    name: string,
    prepared: Promise<Prepared>,
    inputs: pulumi.Inputs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, inputs, {
      ...opts,
      dependsOn: prepared.then(() => opts.dependsOn ?? []) as Promise<pulumi.Input<pulumi.Resource>[]>,
    });
  }

  /** Ends when the children are declared. */
  protected override initialize(): Promise<void> {
    return new Promise<void>((done, failed) => (this.whole = { done, failed }));
  }

  /** @param children declares them, all before it returns @returns what it returns */
  protected async declared<Prepared, Result>(prepared: Promise<Prepared>, children: (prepared: Prepared) => Result): Promise<Result> {
    try {
      const result = children(await prepared);
      this.whole.done();
      return result;
    } catch (error) {
      this.whole.failed(error);
      throw error;
    }
  }
}

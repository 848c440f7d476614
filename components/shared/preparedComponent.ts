import * as pulumi from "@pulumi/pulumi";

/**
 * A component that is read, checked and rendered before it is declared: after a mistake, neither its children nor the component itself are
 * registered. Resources that depend on it wait for its children, as with any other component.
 */
export abstract class PreparedComponent<Prepared> extends pulumi.ComponentResource<void> {
  // `declare`: an initializer would run after the base class has called `initialize`.
  declare private whole: { readonly done: () => void; readonly failed: (error: unknown) => void };

  /** @param inputs the inputs that state and previews show, each as soon as it is known */
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

  /** Resolves when the children are declared, and what they need beyond that is over. */
  protected override initialize(): Promise<void> {
    return new Promise<void>((done, failed) => (this.whole = { done, failed }));
  }

  /**
   * @param children declares all children before it returns
   * @param after what resources that depend on the component wait for beside its children. Default: nothing
   * @returns the result of `children`, once `after` has ended
   */
  protected async declared<Prepared, Result>(
    prepared: Promise<Prepared>,
    children: (prepared: Prepared) => Result,
    after?: (result: Result) => Promise<void>,
  ): Promise<Result> {
    try {
      const result = children(await prepared);
      await after?.(result);
      this.whole.done();
      return result;
    } catch (error) {
      this.whole.failed(error);
      throw error;
    }
  }
}

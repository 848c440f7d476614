/** A local copy of a collection, kept by list and watch; for CRDs' objects it survives their kind's coming and going. */
import { createInterface } from "node:readline";
import { ApiError } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { KubeObject } from "./objects.js";

interface WatchEvent<T> {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: T;
}

/** Milliseconds before the next try; doubled up to the longest. */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5_000;

export const keyOf = ({ metadata: { namespace, name } }: KubeObject) => (namespace === undefined ? name : `${namespace}/${name}`);

export class Informer<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly listeners: ((object: T, gone: boolean) => void)[] = [];
  private retry = FIRST_RETRY;
  private wake: (() => void) | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly path: string,
    private readonly labelSelector = "",
  ) {}

  get items(): T[] {
    return [...this.objects.values()];
  }

  find(key: string): T | undefined {
    return this.objects.get(key);
  }

  /** Called for each object that is there or comes, changes or goes; never for one that stayed the same. */
  onChange(listener: (object: T, gone: boolean) => void): this {
    this.listeners.push(listener);
    return this;
  }

  /** Tries again at once: the kind may be served now. */
  poke(): void {
    this.retry = FIRST_RETRY;
    this.wake?.();
  }

  /** Resolves when the first list is in, or the kind turned out not to be served (yet); follows the collection from then on. */
  start(signal: AbortSignal): Promise<void> {
    return new Promise((ready) => void this.follow(signal, ready));
  }

  private async follow(signal: AbortSignal, ready: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        const resourceVersion = await this.relist();
        this.retry = FIRST_RETRY;
        ready();
        await this.watch(resourceVersion, signal);
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) {
          this.replace([]);
          ready();
        }
        await this.pause();
      }
    }
  }

  private async relist(): Promise<string> {
    const selector = encodeURIComponent(this.labelSelector);
    const list = await this.cluster.get<KubeObject & { items: T[]; metadata: { resourceVersion: string } }>(
      `${this.path}?labelSelector=${selector}`,
    );
    this.replace(list.items);
    return list.metadata.resourceVersion;
  }

  private async watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams({ watch: "true", labelSelector: this.labelSelector, resourceVersion, allowWatchBookmarks: "true" });
    const stream = await this.cluster.stream(`${this.path}?${query.toString()}`, signal);
    for await (const line of createInterface({ input: stream })) {
      const { type, object } = JSON.parse(line) as WatchEvent<T>;
      // 410 Gone and its like: list again.
      if (type === "ERROR") return;
      if (type !== "BOOKMARK") this.store(object, type === "DELETED");
    }
  }

  private store(object: T, gone: boolean): void {
    const key = keyOf(object);
    const before = this.objects.get(key);
    if (!gone && before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    if (gone) this.objects.delete(key);
    else this.objects.set(key, object);
    for (const listener of this.listeners) listener(object, gone);
  }

  private replace(items: T[]): void {
    const keys = new Set(items.map(keyOf));
    for (const [key, object] of this.objects) if (!keys.has(key)) this.store(object, true);
    for (const item of items) this.store(item, false);
  }

  private async pause(): Promise<void> {
    const delay = this.retry;
    this.retry = Math.min(delay * 2, LONGEST_RETRY);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}

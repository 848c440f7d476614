import { Readable } from "stream";
import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import { Informer } from "../../../sandbox/src/sim/informer.js";
import type { KubeObject } from "../../../sandbox/src/sim/objects.js";

const object = (name: string, resourceVersion: string): KubeObject => ({ metadata: { name, resourceVersion } });

/** An API server with one collection, whose kind may be missing. */
class FakeServer {
  items: KubeObject[] | undefined;
  private watch: Readable | undefined;
  /** Told before somebody watched. */
  private early: (string | null)[] = [];

  get() {
    if (!this.items) return Promise.reject(new ApiError(404, "the server could not find the requested resource"));
    return Promise.resolve({ metadata: { resourceVersion: "1" }, items: this.items });
  }

  stream() {
    const watch = new Readable({ read() {} });
    for (const line of this.early.splice(0)) watch.push(line);
    this.watch = watch;
    return Promise.resolve(watch);
  }

  tell(type: string, it: KubeObject) {
    this.send(`${JSON.stringify({ type, object: it })}\n`);
  }

  endWatch() {
    this.send(null);
    this.watch = undefined;
  }

  private send(line: string | null) {
    if (this.watch) this.watch.push(line);
    else this.early.push(line);
  }
}

/** Resolves with the next changes, as `+name` and `-name`. */
function follow(server: FakeServer) {
  const informer = new Informer(server as unknown as Cluster, "/apis/kubesphere.io/v1alpha1/installplans");
  const seen: string[] = [];
  let wanted: { count: number; resolve: (changes: string[]) => void } | undefined;
  informer.onChange(({ metadata }, gone) => {
    seen.push(`${gone ? "-" : "+"}${metadata.name}`);
    if (wanted && seen.length >= wanted.count) wanted.resolve(seen.splice(0));
  });
  const changes = (count: number) => new Promise<string[]>((resolve) => (wanted = { count, resolve }));
  return { informer, changes };
}

test("after ks-core was removed and installed again, its objects would go unnoticed", async () => {
  const ended = new AbortController();
  const server = new FakeServer();
  const { informer, changes } = follow(server);
  await informer.start(ended.signal);
  expect(informer.items).toEqual([]);

  const came = changes(2);
  server.items = [object("a", "1"), object("b", "1")];
  informer.poke();
  expect(await came).toEqual(["+a", "+b"]);

  const changed = changes(2);
  server.tell("MODIFIED", object("a", "2"));
  server.tell("DELETED", object("b", "3"));
  expect(await changed).toEqual(["+a", "-b"]);

  const went = changes(1);
  server.items = undefined;
  server.endWatch();
  expect(await went).toEqual(["-a"]);

  const again = changes(1);
  server.items = [object("c", "9")];
  informer.poke();
  expect(await again).toEqual(["+c"]);
  ended.abort();
  server.endWatch();
});

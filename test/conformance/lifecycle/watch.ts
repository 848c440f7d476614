/** Every change of one object, in its order: what a look now and then would miss. */
import { readFileSync } from "fs";
import { get, type RequestOptions } from "https";
import { createInterface } from "readline";
import type { IncomingMessage } from "http";
import { load } from "js-yaml";
import type { JsonObject } from "../vectors";

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Record<"server" | "certificate-authority-data", string> }];
  readonly users: readonly [{ readonly user: Record<"client-certificate-data" | "client-key-data", string> }];
}

/** Undefined once the object is gone. */
export type Seen = JsonObject | undefined;

const PATIENCE_MS = 60_000;

export class Watch {
  readonly seen: Seen[] = [];
  private wake: () => void = () => undefined;

  private constructor(private readonly stream: IncomingMessage) {
    createInterface({ input: stream }).on("line", (line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: JsonObject };
      this.seen.push(type === "DELETED" ? undefined : object);
      this.wake();
    });
  }

  /** @param collection its path; the object need not be there yet */
  static async start(kubeconfig: string, collection: string, name: string): Promise<Watch> {
    const { clusters, users } = load(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const [{ cluster }, { user }] = [clusters[0], users[0]];
    const decoded = (base64: string) => Buffer.from(base64, "base64");
    const access: RequestOptions = {
      ca: decoded(cluster["certificate-authority-data"]),
      cert: decoded(user["client-certificate-data"]),
      key: decoded(user["client-key-data"]),
    };
    const url = new URL(`${collection}?watch=true&fieldSelector=metadata.name%3D${name}`, cluster.server);
    return new Watch(await new Promise<IncomingMessage>((done, fail) => get(url, access, done).once("error", fail)));
  }

  /** Resolves with the place behind the first that fits, from a place on. @throws with the last that was seen, after a minute */
  async until(what: string, from: number, fits: (object: Seen) => boolean): Promise<number> {
    const end = Date.now() + PATIENCE_MS;
    for (let place = from; ; place++) {
      while (place >= this.seen.length) await this.next(what, end);
      if (fits(this.seen[place])) return place + 1;
    }
  }

  stop(): void {
    this.stream.destroy();
  }

  private next(what: string, end: number): Promise<void> {
    return new Promise((done, fail) => {
      const words = () => fail(new Error(`not reached: ${what}; last seen: ${JSON.stringify(this.seen.at(-1)?.["status"])}`));
      const timer = setTimeout(words, end - Date.now());
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

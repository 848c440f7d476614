import type { Cluster } from "../../../sandbox/src/sim/cluster";
import type { Outcome } from "../../../sandbox/src/sim/executor";
import type { Informer } from "../../../sandbox/src/sim/informer";
import type { Pod } from "../../../sandbox/src/sim/objects";
import { PodRunner } from "../../../sandbox/src/sim/podRunner";
import { until } from "../../support/until";

jest.mock("../../../sandbox/src/sim/log", () => ({ log: () => undefined }));

const podOf = (n: number) => ({ metadata: { name: "executor", namespace: `extension-${n}`, uid: `${n}` } }) as unknown as Pod;

/** Executors that end when they are told to. */
function runner(count: number) {
  const pods = new Map(Array.from({ length: count }, (_, n) => [`extension-${n}/executor`, podOf(n)]));
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  const run = (uid: string) =>
    new Promise<Outcome>((end) => {
      begun.push(uid);
      running.set(uid, () => (running.delete(uid), end({ ok: true, said: "" })));
    });
  let heard: (pod: Pod, gone: boolean) => void = () => undefined;
  const informer = {
    onChange: (listener: typeof heard) => (heard = listener),
    find: (key: string) => pods.get(key),
    get items() {
      return [...pods.values()];
    },
  };
  new PodRunner(
    { patch: async () => ({}) } as unknown as Cluster,
    informer as unknown as Informer<Pod>,
    async ({ metadata: { uid = "" } }) => ({ run: () => run(uid), done: async () => undefined }),
    { keep: async () => undefined, forget: async () => undefined },
    () => undefined,
  );
  for (const pod of pods.values()) heard(pod, false);
  return { begun, running, remove: (n: number) => pods.delete(`extension-${n}/executor`) };
}

test("hundreds of executors at once leave the API server no time to answer any: sixteen run, the others are pending", async () => {
  const { begun, running } = runner(40);
  for (let ended = 0; ended < 40; ended++) {
    await until(() => running.size === Math.min(16, 40 - ended), 5_000, 1);
    running.get([...running.keys()][0] as string)?.();
  }
  expect(begun.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
});

test("an executor whose Pod was deleted while it was pending does nothing, and its place is the next one's", async () => {
  const { begun, running, remove } = runner(18);
  await until(() => running.size === 16, 5_000, 1);
  const waiting = Array.from({ length: 18 }, (_, n) => n).filter((n) => !begun.includes(`${n}`));
  remove(waiting[0] as number);
  running.get("0")?.();
  await until(() => begun.length === 17, 5_000, 1);
  expect(begun.at(-1)).toBe(`${waiting[1]}`);
  for (const end of running.values()) end();
});

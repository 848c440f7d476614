import { followJoin } from "../../../components/cluster/joinProgress";
import type { StoredCluster } from "../../../kubesphere/member/storedCluster";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const HASH = "cbf29ce484222325";
const condition = (type: string, status: string, message = "") => ({ type, status, message });
const stored = (hash: string | undefined, status: StoredCluster["status"] = {}): StoredCluster => ({
  metadata: { name: "edge", annotations: { ...(hash !== undefined && { "kubesphere.io/config-hash": hash }) } },
  status,
});
const INSTALLING =
  "KubeSphere installs ks-core on it; what keeps it from that stands in the manager's log alone: kubectl --namespace kubesphere-system logs deployment/ks-controller-manager";

test("a run would wait in silence: what a member waits for is told once each, and where its failure stands", async () => {
  const states = [
    Promise.reject(new Error("away")),
    Promise.resolve(undefined),
    Promise.resolve(stored(undefined, { conditions: [condition("Ready", "False", "connection refused")] })),
    Promise.resolve(stored(undefined)),
    Promise.resolve(stored("other", { conditions: [condition("Ready", "True")], nodeCount: 1 })),
    Promise.resolve(stored(HASH, { conditions: [condition("Ready", "True")] })),
    Promise.resolve(stored(HASH, { conditions: [condition("Ready", "True")], nodeCount: 1 })),
  ];
  for (const state of states) state.catch(() => undefined);
  let asked = 0;
  const paths: string[] = [];
  const read = <T>(path: string) => {
    paths.push(path);
    return (states[asked++] ?? Promise.resolve(undefined)) as Promise<T | undefined>;
  };
  const said: string[] = [];
  const fail = jest.fn();
  const stop = followJoin({ read }, { name: "edge", hash: HASH, say: (words) => said.push(words), fail });
  await jest.advanceTimersByTimeAsync(7 * 30_000);
  expect(said).toEqual([
    "KubeSphere's manager does not reach it: connection refused",
    INSTALLING,
    "ks-core is installed, and does not answer yet",
  ]);
  stop();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(paths).toEqual(Array(7).fill("/apis/cluster.kubesphere.io/v1alpha1/clusters/edge"));
});

test.each<[what: string, conditions: object[], told: string]>([
  ["ks-core that cannot be installed", [condition("Ready", "True")], INSTALLING],
  [
    "a kubeconfig that leads nowhere for the manager",
    [condition("Ready", "False", "i/o timeout")],
    "KubeSphere's manager does not reach it: i/o timeout",
  ],
])("the run ends with conditions that are not met, and no word of %s", async (_what, conditions, told) => {
  const read = <T>() => Promise.resolve(stored("former", { conditions } as StoredCluster["status"]) as T);
  const fail = jest.fn();
  const stop = followJoin({ read }, { name: "edge", hash: HASH, say: () => undefined, fail });
  await jest.advanceTimersByTimeAsync(14 * 60_000);
  expect(fail).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(fail.mock.calls).toEqual([[told]]);
  stop();
});

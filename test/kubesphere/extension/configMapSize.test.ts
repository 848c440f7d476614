import { configMapText, judgeConfigMap } from "../../../kubesphere/extension/configMapSize";

/** 1 MiB less what KubeSphere adds. */
const ROOM = 1_032_192;
const told = (size: number, config: string, chartURL?: string) => {
  const verdict = judgeConfigMap({ size, ...(chartURL !== undefined && { chartURL }) }, config);
  return verdict && configMapText(verdict);
};

test("package and config may fill the ConfigMap of KubeSphere's executor together, to the last byte", () => {
  expect(told(ROOM - 3, "é: ")).toContain("a config of 4 bytes");
  expect(told(ROOM - 4, "é: ")).toBeUndefined();
});

test("a member's kubeconfig is in place of the host's, for which there is room", () => {
  const of = (size: number, kubeconfig: number) => judgeConfigMap({ size }, "", kubeconfig);
  expect([of(ROOM, 14 * 1024), of(ROOM - 1024, 15 * 1024)]).toEqual([undefined, undefined]);
  expect(of(ROOM, 15 * 1024)?.allowed).toBe(
    "at most 1031168 bytes together, what a ConfigMap holds beside a member's kubeconfig of 15360 bytes and other files of KubeSphere's",
  );
});

test("a large package with a config says what to take away", () => {
  expect(told(ROOM, "a: b")).toBe(
    "a package of 1032192 bytes with a config of 4 bytes; allowed: at most 1032192 bytes together, what a ConfigMap holds beside KubeSphere's own files. " +
      "Take out of the package what it does not need, or put the packed extension on a server and name its address as `chartURL`.",
  );
});

test("a large config says so, also where KubeSphere fetches the package by itself", () => {
  expect(told(ROOM, "x".repeat(ROOM + 1), "https://a.example/a.tgz")).toBe(
    "a config of 1032193 bytes; allowed: at most 1032192 bytes together, what a ConfigMap holds beside KubeSphere's own files. Shorten the config.",
  );
  expect(told(2 * ROOM, "x".repeat(ROOM), "https://a.example/a.tgz")).toBeUndefined();
});

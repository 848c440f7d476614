import { checkConfigMapSize } from "../../kubesphere/configMapSize";

/** 1 MiB less what KubeSphere adds. */
const ROOM = 1_032_192;
const check = (size: number, config: string, chartURL?: string) => () =>
  checkConfigMapSize({ archive: Buffer.alloc(size), ...(chartURL !== undefined && { chartURL }) }, config, "here");

test("package and config may fill the ConfigMap of KubeSphere's executor together, to the last byte", () => {
  expect(check(ROOM - 3, "é: ")).toThrow("a config of 4 bytes");
  expect(check(ROOM - 4, "é: ")).not.toThrow();
});

test("a large package with a config says what to take away", () => {
  expect(check(ROOM, "a: b")).toThrow(
    new Error(
      `here: "a package of 1032192 bytes with a config of 4 bytes" is not allowed; allowed: at most 1032192 bytes together, what a ConfigMap holds beside KubeSphere's own files. Take out of the package what it does not need, or put the packed extension on a server and name its address as \`chartURL\`.`,
    ),
  );
});

test("a large config says so, also where KubeSphere fetches the package by itself", () => {
  const message =
    'here: "a config of 1032193 bytes" is not allowed; allowed: at most 1032192 bytes together, what a ConfigMap holds beside KubeSphere\'s own files. Shorten the config.';
  expect(check(ROOM, "x".repeat(ROOM + 1), "https://a.example/a.tgz")).toThrow(new Error(message));
  expect(check(2 * ROOM, "x".repeat(ROOM), "https://a.example/a.tgz")).not.toThrow();
});

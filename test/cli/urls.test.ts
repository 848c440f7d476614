/** An address with a password or a token in it is shown without it, whoever quotes it. */
import { originOf } from "../../cli/mirror/charts";
import { Problems } from "../../cli/mirror/problem";
import { command } from "../../cli/shared/command";
import { runCommand } from "../../cli/shared/main";
import { maskUrls } from "../../cli/shared/urls";
import { ProgressLine, say } from "../../sandbox/src/report";
import { callMain } from "../support/call";

test.each([
  ["https://user:pass@host/charts", "https://[secret]@host/charts"],
  ["https://user:p%40ss%2Fword@host", "https://[secret]@host"],
  ["https://user:p@ss@host:8443/a", "https://[secret]@host:8443/a"],
  ["https://token@host", "https://[secret]@host"],
  ["oci://u:p@host/a", "oci://[secret]@host/a"],
  ['Get "https://u:p@host/index.yaml": dial tcp', 'Get "https://[secret]@host/index.yaml": dial tcp'],
  ["https://host/a.tgz?token=abc&X-Amz-Signature=def#part", "https://host/a.tgz?token=[secret]&X-Amz-Signature=[secret]#part"],
  ["https://host/a.tgz?abc", "https://host/a.tgz?[secret]"],
  ["https://u:p@host/a?k=v, HTTPS://u:p@host", "https://[secret]@host/a?k=[secret] HTTPS://[secret]@host"],
  ["https://host/a", "https://host/a"],
  ["quay.io/a@sha256:0123", "quay.io/a@sha256:0123"],
])("%s", (given, shown) => expect(maskUrls(given)).toBe(shown));

test("where a mirror says whence a chart came, and why it could not be had", () => {
  expect(originOf({ chart: "web", repository: "https://u:p@host/charts?k=v", version: "1.0.0" })).toBe(
    "https://[secret]@host/charts?k=[secret] web 1.0.0",
  );
  const problems = new Problems();
  problems.add({ text: "GET https://u:p@host/v2/: unauthorized" });
  expect(problems.all).toEqual([{ text: "GET https://[secret]@host/v2/: unauthorized" }]);
});

describe("a command's own words, whatever it read them from", () => {
  const ADDRESS = "https://user:password@host/a?page=2";
  const MASKED = "https://[secret]@host/a?page=2";
  const telling = (isData: boolean, ...args: string[]) => {
    const told = command({
      ...{ help: "", options: {}, words: [0, 0] as const },
      run: () => Promise.resolve({ text: ADDRESS, json: { [ADDRESS]: ['"', ADDRESS] }, isData }),
    });
    return callMain(() => runCommand("tell", told, args, "/nowhere"));
  };

  test("show a password of an address, in text or JSON, or hide which address it is", async () => {
    expect(await telling(false)).toEqual({ code: 0, stdout: `${MASKED}\n`, stderr: "" });
    expect(JSON.parse((await telling(false, "--json")).stdout)).toEqual({ [MASKED]: ['"', MASKED] });
  });

  test("spoil a manifest that is to be applied", async () => {
    expect((await telling(true)).stdout).toBe(`${ADDRESS}\n`);
    expect(JSON.parse((await telling(true, "--json")).stdout)).toEqual({ [ADDRESS]: ['"', ADDRESS] });
  });

  test("show a password or a signature of what the sandbox downloads", async () => {
    const { stderr } = await callMain(() => {
      say("cannot download https://user:password@host/a?signature=word");
      new ProgressLine().update("fetching https://user:password@host/a?signature=word");
      return Promise.resolve(0);
    });
    expect(stderr).toBe(
      "cannot download https://[secret]@host/a?signature=[secret]\n  fetching https://[secret]@host/a?signature=[secret]\n",
    );
  });
});

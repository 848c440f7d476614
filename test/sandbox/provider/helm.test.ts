import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runHelm } from "../../../sandbox/src/provider/kubernetes/helm";

let folder: string;
const fakeHelm = (script: string) => {
  const binary = join(folder, "helm");
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  return { binary, kubeconfig: "fake-kubeconfig", signal: new AbortController().signal };
};
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "fake-helm-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("helm gets the guarded kubeconfig in a private file that does not stay, and secret values on no command line", async () => {
  const log = join(folder, "log");
  const helm = fakeHelm(
    `ls -l "$KUBECONFIG" | cut -c1-10 > ${log}; cat "$KUBECONFIG" >> ${log}; echo " $KUBECONFIG" >> ${log}; echo "args: $*"; cat`,
  );
  expect(await runHelm(helm, ["install", "x"], { password: "fake-secret" })).toBe('args: install x\n{"password":"fake-secret"}');
  const [mode, rest] = readFileSync(log, "utf8").trim().split("\n");
  const [text, file = ""] = rest?.split(" ") ?? [];
  expect([mode, text, existsSync(file)]).toEqual(["-rw-------", "fake-kubeconfig", false]);
});

test("an error is what helm said, without warnings and without the name of the command", async () => {
  const failing = (text: string) => runHelm(fakeHelm(`printf '${text}' >&2; exit 1`), ["upgrade", "x"], {});
  await expect(failing('WARNING: x\\nError: UPGRADE FAILED: "app" has no deployed releases\\n')).rejects.toThrow(
    /^"app" has no deployed releases$/,
  );
  await expect(failing("Error: INSTALLATION FAILED: failed post-install: Error: deep\\n")).rejects.toThrow(
    /^failed post-install: Error: deep$/,
  );
  await expect(failing("Error: uninstall: Release not loaded: app: release: not found\\n")).rejects.toThrow(
    /^uninstall: Release not loaded: app: release: not found$/,
  );
});

test("a helm that cannot be started is named", async () => {
  const helm = { ...fakeHelm(""), binary: join(folder, "absent") };
  await expect(runHelm(helm, ["version"])).rejects.toThrow(`cannot run ${helm.binary}`);
});

test("cancelling interrupts helm, which then records the release as failed instead of leaving it pending", async () => {
  const abort = new AbortController();
  const helm = {
    ...fakeHelm(`trap 'echo "Error: context canceled" >&2; exit 1' INT; echo ready > ${folder}/ready; while :; do sleep 0.05; done`),
    signal: abort.signal,
  };
  const run = runHelm(helm, ["install", "x"]);
  const poll = setInterval(() => existsSync(join(folder, "ready")) && abort.abort(), 10);
  await expect(run).rejects.toThrow("context canceled");
  clearInterval(poll);
});

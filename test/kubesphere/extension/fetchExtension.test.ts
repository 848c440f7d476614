import { createServer, type RequestListener } from "http";
import type { AddressInfo } from "net";
import { readdir } from "fs/promises";
import os from "os";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { fetchExtension, pack, packageExtension } from "../../../kubesphere/extension/extensionPackage";
import { temporaryRoot } from "../../../kubesphere/chart/temporaryFolder";
import { EXTENSION, SMALL_CHART, chartFiles, temporaryFolders } from "../../support/charts";
import { RENDERING } from "../../support/rendering";

const folder = temporaryFolders();

async function served<T>(answer: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/shop-1.0.0.tgz`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
const sent =
  (body: Buffer | string, status = 200, headers = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);
afterEach(() => jest.restoreAllMocks());

test("what KubeSphere will fetch is the package that was put there: the same digest rolls out as from the file", async () => {
  const { archive, digest } = await packageExtension(await folder(EXTENSION), RENDERING);
  await served(sent(archive), async (url) => expect(await pack(await fetchExtension(url), RENDERING)).toMatchObject({ archive, digest }));
});

describe("what is no packed extension is refused with what the server said, and nothing of it stays behind", () => {
  const MEND = "Check the address, from the cluster too, which fetches it as well; or name a mirror, or the package on disk as `source`.";
  const answered = (what: string) => `chartURL: "URL" is not allowed; allowed: the address of a packed extension (.tgz); ${what}. ${MEND}`;
  test.each<[title: string, answer: RequestListener, message: string]>([
    ["not there", sent("", 404), answered("the server answered 404 Not Found")],
    ["a web page", sent("<html>", 200, { "content-type": "text/html" }), answered("the server answered with text/html, which is no gzip")],
    ["nothing", sent(""), answered("the server's answer is empty")],
    [
      "cut off",
      (_, response) =>
        void response.writeHead(200, { "content-length": "100" }).write(Buffer.from([0x1f, 0x8b, 8]), () => response.destroy()),
      answered("the connection broke off"),
    ],
    ["damaged", sent(Buffer.from([0x1f, 0x8b, 8, 0])), ""],
  ])("%s", async (_, answer, message) => {
    const temporary = await folder({});
    jest.spyOn(os, "tmpdir").mockReturnValue(temporary);
    const refusal = await served(answer, (url) =>
      fetchExtension(url).then(
        () => undefined,
        (error: Error) => error.message.replaceAll(url, "URL"),
      ),
    );
    if (message === "") expect(refusal).toMatch(/^URL: "unexpected end of file/);
    else expect(refusal).toBe(message);
    expect(await readdir(temporaryRoot())).toEqual([]);
  });

  test("a plain chart, which KubeSphere would install without front end and rights", async () => {
    const archive = await writeChartArchive("web", chartFiles(SMALL_CHART));
    await served(sent(archive), (url) =>
      expect(fetchExtension(url)).rejects.toThrow(
        `${url}: "a chart that is no packed extension" is not allowed; allowed: a package with Chart.yaml and extension.yaml at its root`,
      ),
    );
  });

  test("too large", async () => {
    const large: RequestListener = (_, response) => response.writeHead(200, { "content-length": "104857601" }).flushHeaders();
    await served(large, (url) => expect(fetchExtension(url)).rejects.toThrow("what the server sends is larger than 104857600 bytes"));
  });

  test("too slow", async () => {
    const controller = new AbortController();
    jest.spyOn(AbortSignal, "timeout").mockReturnValueOnce(controller.signal);
    const silent: RequestListener = (_, response) => {
      response.writeHead(200).write(Buffer.from([0x1f, 0x8b, 8]), () => controller.abort());
    };
    await served(silent, (url) => expect(fetchExtension(url)).rejects.toThrow("it took longer than 60 s"));
  });

  test("an address with a password in it, which the error does not show", async () => {
    const refusal = fetchExtension("https://ann:s3cret@shop.example/a.tgz").catch((error: Error) => error.message);
    expect(await refusal).toMatch(/^chartURL: "https:\/\/shop\.example\/a\.tgz" is not allowed; .*without user name and password/);
    expect(await refusal).not.toContain("s3cret");
  });

  test("an address where nobody listens", async () => {
    const url = await served(sent(""), async (address) => address);
    await expect(fetchExtension(url)).rejects.toThrow(/^chartURL: .*; connect ECONNREFUSED 127\.0\.0\.1:\d+\. Check/);
  });
});

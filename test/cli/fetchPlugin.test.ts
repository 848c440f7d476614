import { readFile } from "fs/promises";
import { createServer, type RequestListener } from "http";
import type { AddressInfo } from "net";
import { fetchPlugin } from "../../cli/mirror/plugins";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();

async function fetched(answer: RequestListener, limits?: { size: number; time: number }): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tar.gz`;
  try {
    return await readFile(
      await fetchPlugin({ name: "random", version: "1.0.0", url, archive: "a.tar.gz" }, await folder({}), limits),
      "utf8",
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A server that goes on for ever. */
const endless: RequestListener = (_, response) => {
  const send = () => {
    while (response.write(Buffer.alloc(1024)));
  };
  response.on("drain", send);
  send();
};
const silent: RequestListener = (_, response) => void response.write("a");

test("a plugin would not be in the mirror as it was published", async () => {
  expect(await fetched((_, response) => response.end("a plugin"))).toBe("a plugin");
});

test.each<[string, RequestListener, { size: number; time: number } | undefined, string]>([
  ["a plugin without an end fills the disk", endless, { size: 100_000, time: 60_000 }, "it is larger than 100000 bytes"],
  ["a mirror waits for ever for a server that says nothing more", silent, { size: 100, time: 200 }, "it took longer than 0.2 s"],
  ["a server's refusal is taken for the plugin", (_, response) => void response.writeHead(404).end("no"), undefined, "HTTP 404"],
])("%s", async (_, answer, limits, why) => {
  await expect(fetched(answer, limits)).rejects.toThrow(
    new RegExp(`^the plugin random 1\\.0\\.0 cannot be had from http://127\\.0\\.0\\.1:\\d+/a\\.tar\\.gz: ${why}$`),
  );
});

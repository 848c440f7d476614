import { createServer, type ServerResponse } from "http";
import type { AddressInfo } from "net";
import { answer as asked, lines, plainText } from "../../../components/cluster/apiServer";

let answer: (response: ServerResponse) => void;
const server = createServer((_, response) => answer(response));
let url = "";
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function told(signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(url, signal ? { signal } : {})) found.push(line);
  return found;
}

test("an event that comes in pieces, or with others, is told whole and once", async () => {
  const euro = Buffer.from("€");
  answer = (response) => {
    for (const part of ['{"a":', "1}\n", '{"b":2}\n{"c":"', euro.subarray(0, 1), euro.subarray(1), '"}\n']) response.write(part);
    response.end();
  };
  expect(await told()).toEqual(['{"a":1}', '{"b":2}', '{"c":"€"}']);
});

test("a request that is put off, as all of a kind are whose CRD is new, is made again, and what it would tell is not taken for nothing", async () => {
  let requests = 0;
  answer = (response) => response.writeHead(++requests < 3 ? 429 : 200, { "retry-after": "0" }).end("{}");
  expect([await asked(url, {}, undefined), requests]).toMatchObject([{ status: 200, said: "{}" }, 3]);
  answer = (response) => response.writeHead(429).end("{}");
  expect((await asked(url, {}, undefined)).status).toBe(429);
});

test("a connection that breaks in the middle ends the stream, and not the run", async () => {
  answer = (response) => {
    response.write("one\n");
    setImmediate(() => response.destroy());
  };
  await expect(told()).rejects.toThrow("aborted");
});

test("who waits for nothing more holds no connection", async () => {
  const end = new AbortController();
  const closed = new Promise<void>((done) => {
    answer = (response) => {
      response.once("close", done).write("one\n");
      setImmediate(() => end.abort());
    };
  });
  await expect(told(end.signal)).rejects.toThrow("aborted");
  await closed;
});

test("what the API server refuses is told in its words", async () => {
  answer = (response) => response.writeHead(403).end(JSON.stringify({ message: "pods is forbidden" }));
  await expect(told()).rejects.toThrow("HTTP 403: pods is forbidden");
  await expect(plainText(url, {})).rejects.toThrow("HTTP 403: pods is forbidden");
  answer = (response) => response.writeHead(502).end("bad gateway");
  await expect(plainText(url, {})).rejects.toThrow("HTTP 502: bad gateway");
  answer = (response) => response.end("a log\n");
  expect(await plainText(url, {})).toBe("a log\n");
});

/** What a rehearsal sees of a URL while something rolls: no outage may be missed, none invented. */
import { createServer, type RequestListener, type Server } from "http";
import { createServer as createTlsServer } from "https";
import type { AddressInfo } from "net";
import { probeDuring, type Probed } from "../../cli/rehearse/prober";
import { selfSigned } from "../support/selfSigned";

const { signal } = new AbortController();
const quick = { signal, everyMs: 5, graceMs: 100 };
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

async function serve(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `${(server.address() as AddressInfo).port}`;
}

/** A server that a test makes fail and lets recover; `seen(n)` waits until it has had n more requests. */
async function wavering() {
  let answer: RequestListener = (_, response) => void response.end("good");
  const hosts: (string | undefined)[] = [];
  const waiting: { left: number; done: () => void }[] = [];
  const port = await serve(
    createServer((request, response) => {
      hosts.push(request.headers.host);
      answer(request, response);
      for (const one of waiting) if (--one.left === 0) one.done();
    }),
  );
  return {
    target: { what: "demo", url: `http://demo.127.0.0.1.nip.io:${port}/` },
    hosts,
    become: (next: RequestListener) => (answer = next),
    seen: (left: number) => new Promise<void>((done) => waiting.push({ left, done })),
  };
}
const good: RequestListener = (_, response) => void response.end("good");
const down: RequestListener = (_, response) => void response.writeHead(503).end("down");
const outagesOf = (probed: readonly Probed[]) => probed.map(({ outages }) => outages);
const all =
  <T>(targets: T) =>
  () =>
    targets;

test("a URL that answers all the time has no outage, and is asked at this machine in its own name", async () => {
  const { target, hosts, seen } = await wavering();
  const { result, probed } = await probeDuring([target], () => seen(3).then(() => "done"), all([target]), quick);
  expect({ result, probed }).toEqual({ result: "done", probed: [{ ...target, asked: hosts.length, outages: [] }] });
  expect(new Set(hosts)).toEqual(new Set([new URL(target.url).host]));
});

test("an outage is found with the reason of its first request, and measured from then until the next good answer", async () => {
  const { target, become, seen } = await wavering();
  const times = { begun: performance.now(), down: Infinity, good: 0 };
  const { probed } = await probeDuring(
    [target],
    async () => {
      await seen(2);
      become((request, response) => {
        times.down = Math.min(times.down, performance.now());
        down(request, response);
      });
      await seen(3);
      become((request, response) => {
        times.good ||= performance.now();
        good(request, response);
      });
      await seen(2);
    },
    all([target]),
    quick,
  );
  const [outage] = probed[0]?.outages ?? [];
  expect(outagesOf(probed)).toEqual([[{ fromMs: outage?.fromMs, lastedMs: outage?.lastedMs, isOver: true, reason: "HTTP 503" }]]);
  const [from, lasted] = [outage?.fromMs ?? NaN, outage?.lastedMs ?? NaN];
  // What the prober measures holds what the server saw, and lies within the whole.
  expect(lasted).toBeGreaterThanOrEqual(times.good - times.down);
  expect(from + lasted).toBeLessThanOrEqual(performance.now() - times.begun);
});

test("two outages are two", async () => {
  const { target, become, seen } = await wavering();
  const wavers = async () => {
    for (const next of [down, good, down, good]) {
      become(next);
      await seen(2);
    }
  };
  const { probed } = await probeDuring([target], wavers, all([target]), quick);
  expect(probed[0]?.outages.map(({ isOver, reason }) => ({ isOver, reason }))).toEqual([
    { isOver: true, reason: "HTTP 503" },
    { isOver: true, reason: "HTTP 503" },
  ]);
});

test("a URL that recovers only after the work is asked until it has", async () => {
  const { target, become, seen } = await wavering();
  const work = async () => {
    become(down);
    await seen(2);
    void seen(3).then(() => become(good));
  };
  const { probed } = await probeDuring([target], work, all([target]), { ...quick, graceMs: 60_000 });
  expect(probed[0]?.outages).toMatchObject([{ isOver: true, reason: "HTTP 503" }]);
});

test("one that stays away is an outage that is not over, and does not hold the rehearsal up for ever", async () => {
  const { target, become, seen } = await wavering();
  const work = () => {
    become(down);
    return seen(2);
  };
  const { probed } = await probeDuring([target], work, all([target]), quick);
  expect(probed[0]?.outages).toMatchObject([{ isOver: false, reason: "HTTP 503" }]);
});

test("one that the working tree takes away is not held against it, nor waited for", async () => {
  const [gone, kept] = [await wavering(), await wavering()];
  const work = () => {
    gone.become(down);
    return gone.seen(2);
  };
  const { probed } = await probeDuring([gone.target, kept.target], work, all([kept.target]), { ...quick, graceMs: 60_000 });
  expect(probed).toEqual([{ ...kept.target, asked: kept.hosts.length, outages: [] }]);
});

test.each<[string, RequestListener, RegExp, number]>([
  ["a closed connection", (request) => void request.socket.destroy(), /socket hang up|ECONNRESET/, 3000],
  [
    "half an answer",
    (_, response) => void response.writeHead(200, { "content-length": 9 }).write("half", () => response.destroy()),
    /abort|ECONN/,
    3000,
  ],
  ["no answer in time", () => undefined, /^no answer within 40 ms$/, 40],
])("%s is an outage", async (_, broken, reason, timeoutMs) => {
  const { target, become, seen } = await wavering();
  const work = async () => {
    become(broken);
    await seen(2);
    become(good);
  };
  const { probed } = await probeDuring([target], work, all([target]), { ...quick, timeoutMs, graceMs: 60_000 });
  expect(probed[0]?.outages[0]).toMatchObject({ isOver: true, reason: expect.stringMatching(reason) as string });
});

test("a port that nobody listens on is an outage", async () => {
  const port = await serve(createServer());
  await new Promise((closed) => servers.pop()?.close(closed));
  const target = { what: "console", url: `http://127.0.0.1:${port}` };
  const { probed } = await probeDuring([target], () => Promise.resolve(), all([target]), quick);
  expect(probed[0]?.outages).toMatchObject([{ isOver: false, reason: `connect ECONNREFUSED 127.0.0.1:${port}` }]);
});

test("an address over HTTPS is asked for by its name, whoever signed its certificate", async () => {
  const names: unknown[] = [];
  const { certificate, key } = selfSigned(["demo.example.org"], new Date("2020-01-01"), new Date("2049-01-01"));
  const server = createTlsServer({ cert: certificate, key }, (request, response) => {
    names.push((request.socket as unknown as { servername: unknown }).servername);
    response.end();
  });
  const target = { what: "console", url: `https://demo.example.org:${await serve(server)}/` };
  const { probed } = await probeDuring([target], () => Promise.resolve(), all([target]), quick);
  expect(outagesOf(probed)).toEqual([[]]);
  expect(new Set(names)).toEqual(new Set(["demo.example.org"]));
});

test("work that fails ends the probing, and its error is told", async () => {
  const { target, become } = await wavering();
  become(down);
  const options = { ...quick, graceMs: 60_000 };
  await expect(probeDuring([target], () => Promise.reject(new Error("no")), all([target]), options)).rejects.toThrow("no");
});

test("an interruption ends the probing of what does not answer", async () => {
  const { target, become, seen } = await wavering();
  become(down);
  const interruption = new AbortController();
  void seen(3).then(() => interruption.abort());
  const options = { ...quick, graceMs: 60_000, signal: interruption.signal };
  const { probed } = await probeDuring([target], () => Promise.resolve(), all([target]), options);
  expect(probed[0]?.outages).toMatchObject([{ isOver: false }]);
});

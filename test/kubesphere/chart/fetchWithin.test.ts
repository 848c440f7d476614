import { createServer, type RequestListener } from "http";
import type { AddressInfo } from "net";
import { fetchWithin } from "../../../kubesphere/chart/fetchWithin";

const signal = new AbortController().signal;

/** Where the server is taken to be: it listens on loopback, and a socket that is told an address of the Internet would go there. */
const INTERNET = "8.8.8.8";
const OWN_NETWORK = "192.168.50.208";

let asked: string[] = [];
let answer: RequestListener = (_, response) => response.end("ok");
const server = createServer((request, response) => {
  asked.push(`${request.headers.host ?? ""}${request.url ?? ""}`);
  answer(request, response);
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());
beforeEach(() => (asked = []));

const redirected =
  (location: string): RequestListener =>
  ({ url }, response) => {
    if (url === "/start") response.writeHead(302, { location }).end();
    else response.end("what lies there");
  };

/** Resolves as given, one answer a question, and connects to this machine all the same. */
function resolver(names: Record<string, string[]>) {
  return (hostname: string) => {
    const address = names[hostname]?.shift();
    if (address === undefined) return Promise.reject(new Error(`${hostname} is asked for once more`));
    return Promise.resolve([disguised(address)]);
  };
}

/** Judged by the address that it shows first, connected to by the one that it shows then. */
function disguised(address: string) {
  let shown = 0;
  return {
    family: 4,
    get address() {
      return shown++ < JUDGED ? address : "127.0.0.1";
    },
  };
}
/** How often an address is looked at before it is connected to. */
const JUDGED = 3;

const went = async (location: string, names: Record<string, string[]>, begin = "start.example") => {
  answer = redirected(location);
  const response = await fetchWithin(`http://${begin}:${port}/start`, { signal, resolve: resolver(names) });
  return response.text();
};

describe("a download that began on the Internet does not ask this machine or its network for a stranger", () => {
  test.each([
    ["http://127.0.0.1/x", "127.0.0.1: a loopback address"],
    ["http://2130706433/x", "127.0.0.1: a loopback address"],
    ["http://[::1]/x", "[::1]: a loopback address"],
    ["http://[::ffff:7f00:1]/x", "[::ffff:7f00:1]: a loopback address"],
    ["http://0.0.0.0/x", "0.0.0.0: a loopback address"],
    ["http://169.254.169.254/latest/meta-data", "169.254.169.254: a link-local address"],
    ["http://[fd00:ec2::254]/latest", "[fd00:ec2::254]: a link-local address"],
    ["http://10.0.0.1/x", "10.0.0.1: a private address"],
    ["http://100.64.0.1/x", "100.64.0.1: a private address"],
    ["http://[fd00::1]/x", "[fd00::1]: a private address"],
    ["http://[64:ff9b::a00:1]/x", "[64:ff9b::a00:1]: a private address"],
  ])("%s", async (location, what) => {
    const refusal = went(location, { "start.example": [INTERNET] });
    await expect(refusal).rejects.toThrow(`start.example:${port} redirects to ${what}, to which nothing out there may lead`);
    expect(asked).toEqual([`start.example:${port}/start`]);
  });

  test("a name that leads there", async () => {
    const refusal = went("http://inner.example/x", { "start.example": [INTERNET], "inner.example": [OWN_NETWORK] });
    await expect(refusal).rejects.toThrow(`redirects to inner.example, which is ${OWN_NETWORK}: a private address`);
  });

  test("a name that has one address when it is judged and another when it is connected to: it is asked for once", async () => {
    const names = { "start.example": [INTERNET], "rebound.example": ["1.1.1.1", "127.0.0.1"] };
    expect(await went(`http://rebound.example:${port}/x`, names)).toBe("what lies there");
    expect(names["rebound.example"]).toEqual(["127.0.0.1"]);
  });

  test("another scheme than http", async () => {
    await expect(went("file:///etc/passwd", { "start.example": [INTERNET] })).rejects.toThrow("redirects to file:");
  });
});

test("a mirror of one's own may redirect within its network and to the Internet, and not to this machine", async () => {
  const own = () => ({ "start.example": [OWN_NETWORK] });
  expect(await went(`http://other.example:${port}/x`, { ...own(), "other.example": ["10.0.0.1"] })).toBe("what lies there");
  expect(await went(`http://other.example:${port}/x`, { ...own(), "other.example": [INTERNET] })).toBe("what lies there");
  await expect(went("http://127.0.0.1/x", own())).rejects.toThrow("a loopback address");
});

test("a server of this machine may redirect anywhere: it is the user's own", async () => {
  expect(await went(`http://127.0.0.1:${port}/x`, {}, "127.0.0.1")).toBe("what lies there");
  expect(await went(`/x`, {}, "127.0.0.1")).toBe("what lies there");
});

test("a redirect in a circle ends", async () => {
  answer = (_, response) => response.writeHead(302, { location: "/again" }).end();
  await expect(fetchWithin(`http://127.0.0.1:${port}/start`, { signal })).rejects.toThrow("more than 20 redirects");
  expect(asked).toHaveLength(21);
});

test("an answer that never comes, or never ends, is left when its time is over", async () => {
  const silent = new AbortController();
  answer = () => silent.abort(new Error("late"));
  await expect(fetchWithin(`http://127.0.0.1:${port}/start`, { signal: silent.signal })).rejects.toThrow("late");
  const endless = new AbortController();
  answer = (_, response) => void response.write("a");
  const response = await fetchWithin(`http://127.0.0.1:${port}/start`, { signal: endless.signal });
  endless.abort(new Error("late"));
  await expect(response.text()).rejects.toThrow("late");
  server.closeAllConnections();
});

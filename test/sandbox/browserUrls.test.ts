import type { Resolve } from "../../sandbox/src/browserNames";
import { closedLines, closedUrls, urlsLine } from "../../sandbox/src/browserUrls";

const DEMO = "demo.127.0.0.1.nip.io";
const urls = [
  { what: "console", url: "http://127.0.0.1:30880" },
  { what: "extension demo", url: `http://${DEMO}:30888/` },
  { what: "demo's bundle", url: "http://127.0.0.1:30880/pstatic/dist/demo/index.js" },
];
const failing =
  (code: string): Resolve =>
  () =>
    Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
const to =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses);

test("all are said to open only where each name leads to where it answers", async () => {
  const closed = await closedUrls(urls, to("127.0.0.1"));
  expect(urlsLine(urls, closed)).toBe("URLs: all 3 answer at 127.0.0.1, and a browser on this machine can open them");
  expect(closedLines(closed)).toEqual([]);
});

test.each([
  ["the resolver refuses private answers", failing("ENOTFOUND"), `this machine's resolver does not know ${DEMO}`],
  ["there is no network", failing("EAI_AGAIN"), `this machine's resolver does not say where ${DEMO} leads (EAI_AGAIN)`],
  ["another answers for all names", to("10.1.2.3", "fd00::1"), `${DEMO} leads to 10.1.2.3, fd00::1 on this machine, not to 127.0.0.1`],
])("where %s, it is said of which URL, why, and how it opens", async (_, resolve, why) => {
  const closed = await closedUrls(urls, resolve);
  expect(closed.map(({ what }) => what)).toEqual(["extension demo"]);
  expect(urlsLine(urls, closed)).toBe("URLs: all 3 answer at 127.0.0.1; a browser on this machine can open 2 of them");
  expect(closedLines(closed)).toEqual([
    `Not in a browser on this machine: extension demo: ${why}`,
    `To open them all, write into the hosts file (/etc/hosts): 127.0.0.1 ${DEMO}`,
  ]);
});

test("names under localhost open in a browser although a resolver may not know them; another machine's address does not", async () => {
  const local = ["http://demo.apps.localhost:30888/", "http://localhost:30880"].map((url) => ({ what: url, url }));
  expect(await closedUrls(local, failing("ENOTFOUND"))).toEqual([]);
  const [console] = await closedUrls([{ what: "console", url: "http://192.0.2.7:30880" }], failing("ENOTFOUND"));
  expect(console?.why).toBe("192.0.2.7 leads to 192.0.2.7 on this machine, not to 127.0.0.1");
});

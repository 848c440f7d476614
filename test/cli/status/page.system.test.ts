/** The page of `npx luban status --html`, as text and in a real browser. */
import type { Browser, Page } from "playwright-core";
import { markup } from "../../../cli/shared/text/html";
import { asPage } from "../../../cli/status/page";
import type { ExtensionStatus } from "../../../cli/status/status";
import { describeWithChromium } from "../../support/chromium";
import { EXAMPLE } from "./example";

jest.setTimeout(60_000);

test("whatever is put into a template is escaped, but for templates", () => {
  const hostile = `<script>alert("it's")</script>&amp;`;
  expect(markup`<a title="${hostile}">${[hostile, 1, undefined]}${markup`<b>${"&"}</b>`}</a>`.text).toBe(
    '<a title="&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt;&amp;amp;">' +
      "&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt;&amp;amp;1<b>&amp;</b></a>",
  );
});

/** Every text of a status replaced, as a cluster may hold anything. */
const replaced = (value: unknown, text: string): unknown => {
  if (typeof value === "string") return /^\d{4}-.*T.*Z$/.test(value) ? value : text;
  if (Array.isArray(value)) return value.map((it) => replaced(it, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, key === "health" ? it : replaced(it, text)]));
};

test("nothing that comes from the cluster becomes part of the page's markup", () => {
  const tags = (page: string) => [...page.matchAll(/<[a-z/][^>]*>/g)].map(([tag]) => /^<\/?[a-z0-9]+/.exec(tag)?.[0]);
  const withText = (text: string) =>
    asPage({ ...EXAMPLE, stack: text, extensions: replaced(EXAMPLE.extensions, text) as ExtensionStatus[] });
  const hostile = withText(`"'><script src=//evil.example></script><img src=x onerror=alert(1)>`);
  expect(tags(hostile)).toEqual(tags(withText("harmless")));
  expect(hostile).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
});

describeWithChromium("the page in a browser", (launch) => {
  let browser: Browser;
  let page: Page;
  let told: string[] = [];
  beforeAll(async () => {
    browser = await launch();
    // One for all: a browser takes much longer over a new one than over what is shown in it.
    page = await browser.newPage();
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(error.message));
    page.on("request", (request) => told.push(request.url()));
  });
  afterAll(() => browser.close());

  async function open(width: number, colorScheme: "light" | "dark", use: () => Promise<void>, status = EXAMPLE): Promise<void> {
    told = [];
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    // Set rather than opened, so that any request is one too many.
    await page.setContent(asPage(status), { waitUntil: "load" });
    await use();
    expect(told.filter((it) => it !== "data:,")).toEqual([]);
  }

  const screens = [375, 1280].flatMap((width) => (["light", "dark"] as const).map((scheme) => [width, scheme] as const));

  test.each(screens)("%d pixels wide, %s: nothing runs out of the page, and all text can be read", async (width, scheme) => {
    await open(width, scheme, async () => {
      expect(await page.evaluate(WIDTH)).toBe(width);
      const texts = await page.evaluate<readonly ShownText[]>(READ_TEXTS);
      expect(texts.length).toBeGreaterThan(80);
      expect(texts.filter(({ contrast, size }) => contrast < 4.5 || size < 12)).toEqual([]);
    });
  });

  test("light and dark are two looks", async () => {
    const backgrounds: string[] = [];
    for (const scheme of ["light", "dark"] as const)
      await open(1280, scheme, async () => {
        backgrounds.push(await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"));
      });
    expect(backgrounds).toEqual(["rgb(244, 245, 247)", "rgb(14, 17, 22)"]);
  });

  test.each([375, 1280])("at %d pixels who cannot see it is told the same: table, timelines, states in their order", async (width) => {
    await open(width, "light", async () => {
      const table = page.getByRole("table", { name: "All extensions" });
      await table.waitFor();
      expect(await table.getByRole("row").count()).toBe(EXAMPLE.extensions.length + (width === 375 ? 0 : 1));
      expect(await table.getByRole("rowheader").allInnerTexts()).toEqual([
        "demo",
        "shop",
        "mesh",
        "metrics",
        expect.stringMatching(/^whizard-telemetry\s+not of the stack$/),
      ]);
      const shop = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "shop failed" }) });
      const bar = shop.getByRole("img");
      expect(await bar.getAttribute("aria-label")).toBe(
        "Timeline of shop: Preparing 2 s, Installing 31 s, Installed 83 min, Preparing 1 s, Upgrading 2 min, " +
          "UpgradeFailed since 2026-01-01 09:25:54 UTC (2 min)",
      );
      expect(await page.getByRole("img", { name: "Timeline of shop" }).count()).toBe(1);
      expect(await shop.locator(".states li b").allInnerTexts()).toEqual([
        "Preparing",
        "Installing",
        "Installed",
        "Preparing",
        "Upgrading",
        "UpgradeFailed",
      ]);
      const boxes = await Promise.all((await bar.locator("rect[class]").all()).map((rect) => rect.boundingBox()));
      const lefts = boxes.map((box) => box?.x ?? 0);
      expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
      expect(boxes.every((box) => (box?.width ?? 0) >= 4)).toBe(true);
    });
  });

  test("the time of an earlier day has its date", async () => {
    const times = () => page.locator("#e0 time").allInnerTexts();
    await open(1280, "light", async () => expect(await times()).toEqual(["00:00:02", "00:00:03", "00:00:45"]));
    await open(1280, "light", async () => expect((await times())[0]).toBe("2026-01-01 00:00"), {
      ...EXAMPLE,
      time: "2026-01-02T00:00:00.000Z",
    });
  });

  test("a long history, long names and messages stay within a phone's screen", async () => {
    const long = "a-very-long-name-without-any-place-to-break-it-".repeat(4);
    const [first] = EXAMPLE.extensions as [ExtensionStatus];
    const states = Array.from({ length: 10 }, (_, index) => ({
      state: index % 2 === 0 ? "UninstallFailed" : "Uninstalling",
      since: "2026-01-01T00:00:00Z",
      ...(index < 9 && { seconds: 10 ** index }),
    }));
    const extension = { ...(replaced(first, long) as ExtensionStatus), reasons: [long], states };
    await open(375, "dark", async () => expect(await page.evaluate(WIDTH)).toBe(375), {
      ...EXAMPLE,
      stack: long,
      extensions: [extension],
    });
  });
});

const WIDTH = "document.documentElement.scrollWidth";

interface ShownText {
  readonly text: string;
  /** WCAG 2 */
  readonly contrast: number;
  /** In pixels. */
  readonly size: number;
}

/** Run in the page, of whose globals this project has no types. */
const READ_TEXTS = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 ? backgroundOf(element.parentElement) : color;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || element.closest("svg, .hidden") !== null || element.getClientRects().length === 0) continue;
    const { color, fontSize } = getComputedStyle(element);
    const [light, dark] = [luminance(color), luminance(backgroundOf(element))].sort((a, b) => b - a);
    texts.push({ text, contrast: (light + 0.05) / (dark + 0.05), size: parseFloat(fontSize) });
  }
  return texts;
})()`;

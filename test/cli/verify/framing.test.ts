import { framingRefusal } from "../../../cli/verify/framing";

const MIXED = "plain HTTP within a page over HTTPS";
const PAGE = "http://demo.example.com:30888/";
const CONSOLE = "http://192.168.50.208:30880";
const refusal = (headers: Record<string, string>, around = CONSOLE, page = PAGE) =>
  framingRefusal(new Headers(headers), new URL(page), new URL(around));
const policy = (sources: string) => ({ "content-security-policy": `frame-ancestors ${sources}` });

const SECURE_PAGE = "https://demo.example.com:30443/";
test.each([
  ["*", CONSOLE, PAGE],
  ["http:", CONSOLE, PAGE],
  ["http:", "https://ks.example.com", SECURE_PAGE],
  ["'self'", "http://demo.example.com:30888", PAGE],
  ["http://192.168.50.208:30880", CONSOLE, PAGE],
  ["HTTP://192.168.50.208:30880/", CONSOLE, PAGE],
  ["'self' 192.168.50.208:*", CONSOLE, PAGE],
  ["*.example.com", "https://ks.example.com", SECURE_PAGE],
  ["https://*.example.com:443", "https://a.ks.example.com", SECURE_PAGE],
  ["http://ks.example.com", "https://ks.example.com", SECURE_PAGE],
  ["ks.example.com:80", "https://ks.example.com", SECURE_PAGE],
  ["http://[fd00::1]:30880", "http://[fd00::1]:30880", PAGE],
])("frame-ancestors %s lets %s show %s, and it is called refused", (sources, around, page) => {
  expect(refusal(policy(sources), around, page)).toBeUndefined();
});

test.each([
  ["'none'", CONSOLE],
  ["", CONSOLE],
  ["'self'", CONSOLE],
  ["https:", CONSOLE],
  ["http://192.168.50.208", CONSOLE],
  ["http://192.168.50.208:30888", CONSOLE],
  ["https://192.168.50.208:30880", CONSOLE],
  ["*.example.com", "http://example.com"],
  ["*.example.com", "http://ks.another-example.com"],
  ["http://example.com.evil.example", "http://example.com"],
])("frame-ancestors %s refuses %s, and nobody is told", (sources, around) => {
  expect(refusal(policy(sources), around)).toBe(`Content-Security-Policy: frame-ancestors ${sources}`.trim());
});

test("each of several policies must allow it, a report alone refuses nothing, and a directive that stands twice counts once", () => {
  expect(refusal({ "content-security-policy": "frame-ancestors *, frame-ancestors 'none'" })).toMatch(/'none'$/);
  expect(refusal({ "content-security-policy-report-only": "frame-ancestors 'none'" })).toBeUndefined();
  expect(refusal({ "content-security-policy": "Frame-Ancestors *; frame-ancestors 'none'" })).toBeUndefined();
  expect(refusal({ "content-security-policy": "default-src 'none'" })).toBeUndefined();
});

test.each([
  ["DENY", "X-Frame-Options: DENY"],
  ["SameOrigin", "X-Frame-Options: SAMEORIGIN"],
  ["DENY, DENY", "X-Frame-Options: DENY"],
  ["sameorigin, allowall", "X-Frame-Options: SAMEORIGIN, ALLOWALL"],
  ["ALLOW-FROM http://192.168.50.208:30880", undefined],
  ["ALLOWALL", undefined],
  ["", undefined],
])("X-Frame-Options: %s", (given, told) => {
  expect(refusal({ "x-frame-options": given })).toBe(told);
});

test("a page of the console's own origin may ask for its own, and a policy counts in place of the older header", () => {
  expect(refusal({ "x-frame-options": "SAMEORIGIN" }, "http://demo.example.com:30888")).toBeUndefined();
  expect(refusal({ "x-frame-options": "DENY", ...policy("*") })).toBeUndefined();
});

test("a page over HTTP is blocked within one over HTTPS, unless it is of the browser's own machine", () => {
  expect(refusal({}, "https://ks.example.com")).toBe(MIXED);
  for (const page of ["http://127.0.0.1:30888/", "http://demo.localhost/", "http://[::1]/"])
    expect(refusal({}, "https://ks.example.com", page)).toBeUndefined();
});

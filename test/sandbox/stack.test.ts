import { isNews } from "../../sandbox/src/stack";
import { urlsOf } from "../../sandbox/src/urls";

test("of pulumi's lines only the ends of operations, messages and the summary are shown", () => {
  const lines = [
    "Updating (sandbox):",
    "",
    "@ updating.....",
    " +  kubernetes:core/v1:Namespace demo creating (0s) ",
    "\x1b[32m +  kubernetes:core/v1:Namespace demo creating (12s)\x1b[0m",
    " +  kubernetes:core/v1:Namespace demo created (0.10s) ",
    "    error: it is creating (trouble)",
    "    + 21 created",
  ];
  expect(lines.filter(isNews)).toEqual([lines[0], lines[5], lines[6], lines[7]]);
});

test("every URL that the stack promises is checked", () => {
  const demo = { url: "http://demo.127.0.0.1.nip.io:30888/", bundleUrl: "http://127.0.0.1:30880/pstatic/dist/demo/index.js" };
  expect(urlsOf({ consoleUrl: "http://127.0.0.1:30880", extensions: { demo } })).toEqual([
    { what: "console", url: "http://127.0.0.1:30880" },
    { what: "extension demo", url: demo.url },
    { what: "demo's bundle", url: demo.bundleUrl },
  ]);
});

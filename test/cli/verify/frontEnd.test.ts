import { frontEndOf } from "../../../cli/verify/frontEnd";

const of = (module: string, host = "prometheus.example.com") => frontEndOf(module, host);

test.each([
  ['h("iframe", { src: "http://prometheus.former.example.com:30888/" })', "http://prometheus.former.example.com:30888/"],
  ["jsx('iframe',{src:`http://prometheus.example.com`})", "http://prometheus.example.com/"],
  ['window.open("https://prometheus.example.com/graph")', "https://prometheus.example.com/graph"],
])("the address in an author's own module goes unseen: %s", (module, address) => {
  expect(of(module)).toMatchObject({ hasSetting: false, address });
});

test.each([
  ["a link to documentation", 'href: "https://prometheus.io/docs"'],
  ["a picture", 'h("img", { src: "https://prometheus.io/logo.svg" })'],
  ["a page of somebody else's", 'h("iframe", { src: "https://grafana.example.com/" })'],
  ["what is no address", 'h("iframe", { src: "http://:" })'],
])("%s is taken for the UI", (_what, module) => {
  expect(of(module).address).toBeUndefined();
});

test("a front end is called embedded by its comments, or not by what it makes", () => {
  expect(of("// It opens in an iframe.\nwindow.open(url)").isEmbedded).toBe(false);
  expect(of("createElement('iframe', {})").isEmbedded).toBe(true);
});

test("what only looks like the base chart's own line is read as such", () => {
  for (const line of ["var extension = {not: json};", 'var extension = {"url":1};', 'var extension = {"url":"no address"};'])
    expect(of(line)).toEqual({ isEmbedded: false, hasSetting: false, address: undefined });
  expect(of('  var extension = {"name":"a","url":""};')).toEqual({ isEmbedded: false, hasSetting: true, address: "" });
});

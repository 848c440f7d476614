import { readFileSync } from "fs";
import { join } from "path";
import { runInNewContext } from "vm";

const golden = JSON.parse(readFileSync(join(__dirname, "../../vectors/ksbuilder-demo.json"), "utf8")) as Record<
  string,
  { objects: { kind: string; data: { "index.js": { "<js>": Recorded } } }[] }
>;
interface Recorded {
  dependencies: string[];
  defaultExport: { keys: string[]; menus: object[]; locales: string[] };
  urls: string[];
}
interface Element {
  type: unknown;
  props: Record<string, unknown>;
  children: unknown[];
}
interface FrontEnd {
  routes: { path: string; element: Element }[];
  menus: object[];
  locales: Record<string, object>;
}

const recorded = (scenario: string): Recorded => {
  const configMap = golden[scenario]?.objects.find(({ kind }) => kind === "ConfigMap");
  if (configMap === undefined) throw new Error(`no ConfigMap in ${scenario}`);
  return configMap.data["index.js"]["<js>"];
};

const settings = {
  name: "demo",
  title: "demo",
  parent: "topbar",
  desc: "this is a simple extension",
  url: "http://demo.192.168.50.208.nip.io:30888",
};

/** Loads a bundle as the console's SystemJS does, with the modules that the console shares. */
function load(embed: "iframe" | "link", extension: object) {
  const part = (name: string) => readFileSync(join(__dirname, `../../../kubesphere/extension/base/bundle/${name}.js`), "utf8");
  // As templates/configmap.yaml puts them together.
  const source = part(embed)
    .replaceAll("__FRONT_END__", part("frontEnd").trim().replace(/;$/, ""))
    .replaceAll("__EXTENSION__", JSON.stringify(extension));
  const opened: string[] = [];
  const went: number[] = [];
  const hooks = { loading: true };
  const react = {
    Fragment: "fragment",
    createElement: (type: unknown, props: object | null, ...children: unknown[]) => ({ type, props: props ?? {}, children }),
    useState: () => [hooks.loading, (value: boolean) => (hooks.loading = value)],
    useEffect: (effect: () => void) => effect(),
  };
  const modules: Record<string, object> = {
    react: { default: react },
    "@kubed/components": { Loading: "Loading" },
    "react-router-dom": { useNavigate: () => (steps: number) => went.push(steps) },
  };
  const registered: { dependencies: string[]; exported: Record<string, FrontEnd> }[] = [];
  type Declare = (exporter: (name: string, value: FrontEnd) => void) => { setters: ((module: object) => void)[]; execute: () => void };
  const register = (dependencies: string[], declare: Declare) => {
    const exported: Record<string, FrontEnd> = {};
    const { setters, execute } = declare((name, value) => (exported[name] = value));
    dependencies.forEach((name, index) => setters[index]?.(modules[name] ?? {}));
    execute();
    registered.push({ dependencies, exported });
  };
  runInNewContext(source, {
    System: { register },
    window: { open: (url: string) => opened.push(url) },
  });
  const [bundle] = registered;
  if (bundle === undefined || registered.length > 1) throw new Error(`${registered.length} modules registered`);
  const frontEnd = bundle.exported["default"] as FrontEnd;
  const page = () => (frontEnd.routes[0]?.element.type as () => Element)();
  return { ...bundle, frontEnd, page, opened, went, hooks };
}

describe.each([
  ["iframe", "helmTemplateIngress"],
  ["link", "helmTemplateLink"],
] as const)("%s: the console finds the menu entry and the page that it found in the publishing tool's bundle", (embed, scenario) => {
  const { dependencies, exported, frontEnd } = load(embed, settings);
  const { defaultExport, dependencies: known } = recorded(scenario);

  test("a module of the same shape", () => {
    expect(dependencies).toEqual(known);
    expect(Object.keys(exported)).toEqual(["default"]);
    expect(Object.keys(frontEnd)).toEqual(defaultExport.keys);
  });

  test("the same menu entry, languages and path", () => {
    expect(frontEnd.menus).toEqual(defaultExport.menus);
    expect(Object.keys(frontEnd.locales)).toEqual(defaultExport.locales);
    expect(frontEnd.routes.map(({ path }) => path)).toEqual(["/demo"]);
  });

  test("without an address the page says which setting is missing, instead of staying empty", () => {
    const { page, opened, went } = load(embed, { ...settings, url: "" });
    expect(page()).toEqual({
      type: "p",
      props: {},
      children: ["demo has no address: extension.ingress.domainSuffix of ks-core is not set."],
    });
    expect([opened, went]).toEqual([[], []]);
  });
});

test("iframe: the UI is shown once it has loaded, a loading sign until then", () => {
  const { page, hooks } = load("iframe", settings);
  const [sign, frame] = page().children as [Element, Element];
  expect(sign.type).toBe("Loading");
  expect(frame).toMatchObject({
    type: "iframe",
    props: { src: recorded("helmTemplateIngress").urls[0], title: "demo", style: { display: "none" } },
  });
  (frame.props["onLoad"] as () => void)();
  expect(hooks.loading).toBe(false);
  expect(page().children).toMatchObject([false, { type: "iframe", props: { style: { display: "block" } } }]);
});

test("link: the UI opens in a window of its own, and the console goes back to where it was", () => {
  const { page, opened, went } = load("link", settings);
  page();
  expect([opened, went]).toEqual([recorded("helmTemplateLink").urls, [-1]]);
});

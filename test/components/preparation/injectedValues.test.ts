import { injectedValues } from "../../../components/preparation/injectedValues";

const settings = (ksCore: object = {}) =>
  ({
    access: { nodeIP: "192.0.2.1" },
    ports: { ingress: 30888, console: 30880 },
    ingress: { className: "nginx" },
    ksCore: { values: {}, portal: { hostname: "192.0.2.1", http: { port: 30880 } }, ...ksCore },
  }) as never;
const globals = (ksCore?: object) => (injectedValues(settings(ksCore)) as { global: Record<string, unknown> }).global;

test("extensions are rendered for another address than the one that KubeSphere will tell them", () => {
  expect(globals()).toEqual({
    portal: { url: "http://192.0.2.1:30880" },
    extension: { ingress: { ingressClassName: "nginx", domainSuffix: "192.0.2.1.nip.io", httpPort: 30888 } },
  });
});

test("the registry of the platform's images is that of the extensions', unless they have one of their own", () => {
  expect(globals({ imageRegistry: "registry.example.com" })["imageRegistry"]).toBe("registry.example.com");
  const own = {
    imageRegistry: "registry.example.com",
    values: { extension: { imageRegistry: "own.example.com", nodeSelector: { disk: "ssd" } } },
  };
  expect(globals(own)).toMatchObject({ imageRegistry: "own.example.com", nodeSelector: { disk: "ssd" } });
});

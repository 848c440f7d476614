import * as fc from "fast-check";
import { markedSecrets, secretsOf } from "../../cli/preview/secrets";
import { isSecretPath, masker, maskStrings } from "../../cli/shared/mask";

test.each([
  ["Cluster", "spec.connection.kubeconfig", true],
  ["Cluster", "spec.connection", true],
  ["Cluster", "spec.config", true],
  ["Cluster", "", true],
  ["Cluster", "spec.provider", false],
  ["Cluster", "metadata.labels.region", false],
  ["Secret", "data.password", true],
  ["ConfigMap", "data.password", false],
])("a difference of a %s at %j would show a login: %s", (kind, path, is) => {
  expect(isSecretPath(kind, path)).toBe(is);
});

describe("a secret is masked", () => {
  test.each([
    ["as it is", 'password: "s3cret+/=$&"', 'password: "[secret]"'],
    ["in a URL", "https://user:s3cret%2B%2F%3D%24%26@host", "https://user:[secret]@host"],
    ["in base64", Buffer.from("s3cret+/=$&").toString("base64").slice(0, 14), "[secret]"],
    ["not in other words", "no secret here", "no secret here"],
  ])("%s", (_, text, masked) => {
    expect(masker(["s3cret+/=$&"])(text)).toBe(masked);
  });

  test("wherever it stands in what base64 encodes", () => {
    const secret = "correct-horse-battery-staple";
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const masked = masker([secret])(Buffer.from(before + secret + after).toString("base64"));
        expect(Buffer.from(masked.replace("[secret]", ""), "base64").toString("latin1")).not.toContain("horse");
        expect(masked).toContain("[secret]");
      }),
    );
  });

  test("line by line, escaped as in JSON, and the longer of two first", () => {
    const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----";
    expect(masker([key, 'ab"cd'])(`  MIIEvQIBADANBgkq ab\\"cd`)).toBe("  [secret] [secret]");
    expect(masker(["abcd", "abcdef"])("abcdef abcd")).toBe("[secret] [secret]");
  });

  test("in keys and values of any depth", () => {
    expect(maskStrings({ "k-planted": [{ a: "planted", b: 1, c: null }] }, masker(["planted"]))).toEqual({
      "k-[secret]": [{ a: "[secret]", b: 1, c: null }],
    });
  });

  test("unless it is too short to be told from other words", () => {
    expect(masker(["abc", ""])("abc")).toBe("abc");
  });
});

describe("the secrets of a stack's configuration", () => {
  const config = { ksCore: { chart: "./chart", values: { password: "planted", replicas: 2, list: ["x", "in-list"] } }, other: "whole" };

  test("are those that its file marks", () => {
    const stated = {
      "kubesphere:ksCore": {
        chart: "./chart",
        values: { password: { secure: "v1:AAAA" }, replicas: 2, list: ["x", { secure: "v1:BBBB" }] },
      },
      "kubesphere:other": { secure: "v1:CCCC" },
    };
    expect(secretsOf({ keys: ["kubesphere:ksCore", "kubesphere:other"], config: stated }, config)).toEqual(["planted", "in-list", "whole"]);
  });

  test("are all that a key holds where the file does not say which", () => {
    expect(secretsOf({ keys: ["kubesphere:ksCore"], config: {} }, config)).toEqual(["./chart", "planted", "2", "x", "in-list"]);
  });

  test("reach into a text that is YAML itself, and leave its words alone", () => {
    const text = "kind: Config\nusers:\n  - name: admin\n    user: { token: planted, password: abc }\nnote: in-a-note\n";
    expect(secretsOf({ keys: ["kubesphere:text"], config: { "kubesphere:text": { secure: "v1:AAAA" } } }, { text })).toEqual([
      text,
      "planted",
      "abc",
      "in-a-note",
    ]);
  });
});

test("the secrets of a state, those of before too, are what the engine has marked and nothing shows in clear", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });
  const state = {
    resources: [
      {
        inputs: {
          a: secret("one"),
          b: { c: [secret({ greeting: "planted-greeting", host: "shown.example.com", kind: "Config" })] },
          d: "plain",
        },
      },
      { inputs: { config: secret("demo:\n  password: old\n  tag: 1.16.0-alpine\n") } },
      {
        outputs: {
          tls: secret({ key: "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n" }),
          package: secret({ "chart.tgz": "A".repeat(20_000) }),
        },
      },
    ],
  };
  const steps = [{ newState: { inputs: { ingress: { domain: "shown.example.com" }, values: "[secret]" } } }];
  const stated = {
    "kubesphere:extensions": [{ install: { config: { demo: { password: { secure: "v1:AAAA" }, tag: "1.16.0-alpine" } } } }],
  };
  expect(markedSecrets(state, steps, stated)).toEqual([
    "one",
    "planted-greeting",
    "old",
    "-----BEGIN KEY-----",
    "MIIEvQIBADANBgkqhkiG",
    "",
  ]);
});

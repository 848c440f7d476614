/** The API reference, as `npm run docs` makes it of `components/index.ts`. */
import { join } from "path";
import { temporaryFolders } from "../support/charts";
import { CHECKOUT, run } from "../support/sandbox";

// The compiler reads the SDKs of Pulumi: ten seconds of a processor's time, which the other suites share.
jest.setTimeout(120_000);
const folder = temporaryFolders();

/** @param options the options file; typedoc.json in the checkout itself, or one that extends it */
const reference = (options: string) =>
  run(process.execPath, [join(CHECKOUT, "node_modules/typedoc/bin/typedoc"), "--options", options, "--emit", "none"], { cwd: CHECKOUT });

test("whoever reads the reference finds each exported name, argument and output explained, and no link that leads nowhere", async () => {
  expect(await reference(join(CHECKOUT, "typedoc.json"))).toEqual({ code: 0, stdout: "", stderr: "" });
});

test.each([
  [
    "a page that is not there",
    "/** [A page](./nowhere.md). */\nexport const linked = 1;\n",
    ["The relative path ./nowhere.md is not a file"],
  ],
  [
    "a name that is not there, or without a comment, or of a hidden type",
    "interface Hidden { readonly a: string }\n" +
      "/** Its args, {@link Nowhere}. */\nexport interface Args {\n  /** Hidden. */\n  readonly hidden: Hidden;\n  readonly silent: string;\n}\n",
    [
      "Hidden, defined in made/index.ts, is referenced by Args.hidden but not included in the documentation",
      "Args.silent (Property), defined in made/index.ts, does not have any documentation",
      'Failed to resolve link to "Nowhere"',
    ],
  ],
])("%s is an error", async (_what, text, said) => {
  const made = await folder({
    "typedoc.json": JSON.stringify({
      extends: [join(CHECKOUT, "typedoc.json")],
      ...{ entryPoints: ["index.ts"], tsconfig: "tsconfig.json", readme: "none", out: "out" },
    }),
    "package.json": JSON.stringify({ name: "made" }),
    "tsconfig.json": JSON.stringify({ compilerOptions: { types: [], lib: ["ES2022"] }, files: ["index.ts"] }),
    "index.ts": text,
  });
  const { code, stderr } = await reference(join(made, "typedoc.json"));
  expect(code).not.toBe(0);
  for (const words of said) expect(stderr).toContain(words);
});

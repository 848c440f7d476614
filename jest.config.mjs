/** What takes minutes, each a folder of `test/` and a project; the rest is `unit`, pure code and components under mocks, and `system`, both in seconds. */
const slow = {
  /** The program's whole life on the real engine. */
  e2e: sandboxOf("e2e"),
  /** The stand-in plugins and the simulator against recordings of the real ones. */
  conformance: sandboxOf("conformance"),
  /** Extensions: their command, rollouts of every kind, and what stays of those that go. */
  extensions: sandboxOf("e2e"),
  /** What a crash of `npm start` leaves. */
  interruptions: {},
  /** What needs a host and a member: two control planes. */
  members: sandboxOf("e2e"),
  /** What people run beside `pulumi up`. */
  operations: sandboxOf("e2e"),
  /** What a killed `pulumi` leaves. */
  recovery: sandboxOf("e2e"),
  /** `luban rehearse` on a checkout of its own. */
  rehearsal: {},
  /** `.github/workflows`, run by act. */
  workflows: sandboxOf("e2e"),
};

/** One for all tests of the project. */
function sandboxOf(folder) {
  return { globalSetup: `<rootDir>/test/${folder}/setup.ts`, globalTeardown: `<rootDir>/test/${folder}/teardown.ts` };
}

const shared = {
  testEnvironment: "node",
  transform: {
    "^.+\\.[jt]s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }],
  },
  // The libraries for OpenID Connect, and marked, are ES modules only, which Jest cannot require before Node 24.
  transformIgnorePatterns: ["/node_modules/(?!(jose|marked|openid-client|oauth4webapi)/)"],
  // The sandbox is written as ES modules whose imports name the emitted file.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": ["$1.ts", "$1.js"] },
  // The package that `npm run build` makes.
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.*/dist/"],
};

/**
 * Most of what each suite pays for the Pulumi SDK and zod, which are loaded anew for each: the TypeScript compiler and npm's arborist, for
 * functions that are serialized; the Automation API; messages in fifty languages. A test that comes to need one fails for it.
 */
const unused = Object.fromEntries(
  [
    "^@npmcli/arborist$",
    "^normalize-package-data$",
    "^\\.\\./\\.\\./typescript-shim$",
    "^\\./automation$",
    "^\\.\\./locales/index\\.cjs$",
  ].map((request) => [request, "<rootDir>/test/support/unused.ts"]),
);

/** Milliseconds; six times Jest's own: a bomb of 100 MiB takes its time on a busy machine. Within a project Jest passes over it. */
const TEST_TIMEOUT = 30_000;

export default {
  reporters: ["default", "<rootDir>/test/support/sandboxLogs.mjs"],
  testTimeout: TEST_TIMEOUT,
  projects: [
    {
      ...shared,
      displayName: "unit",
      testEnvironment: "<rootDir>/test/support/environment.ts",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      moduleNameMapper: { ...shared.moduleNameMapper, ...unused },
      testPathIgnorePatterns: ["/node_modules/", "\\.system\\.test\\.ts$", ...Object.keys(slow).map((name) => `<rootDir>/test/${name}/`)],
    },
    // What starts processes or a browser, or takes megabytes: beside the unit tests, which are the quick ones.
    { ...shared, displayName: "system", testMatch: ["<rootDir>/test/**/*.system.test.ts"] },
    ...Object.entries(slow).map(([name, sandbox]) => ({
      ...shared,
      ...sandbox,
      displayName: name,
      setupFilesAfterEnv: ["<rootDir>/test/support/patience.ts"],
      ...(name !== "conformance" && { testEnvironment: "<rootDir>/test/support/sequence.ts" }),
      testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    })),
  ],
};

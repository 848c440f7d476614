/**
 * Four projects: `unit` (pure code and components under mocks, seconds), `e2e` (the real engine in a sandbox of its own, minutes),
 * `conformance` (the stand-in plugins against recordings of the official ones, minutes) and `interruptions` (what a crash leaves, minutes).
 */
const shared = {
  testEnvironment: "node",
  transform: {
    "^.+\\.[jt]s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }],
  },
  // The libraries for OpenID Connect are ES modules only, which Jest cannot require before Node 24.
  transformIgnorePatterns: ["/node_modules/(?!(jose|openid-client|oauth4webapi)/)"],
  // The sandbox is written as ES modules whose imports name the emitted file.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": ["$1.ts", "$1.js"] },
  modulePathIgnorePatterns: ["<rootDir>/.*/dist/"],
};

export default {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/", "<rootDir>/test/conformance/", "<rootDir>/test/interruptions/"],
    },
    {
      ...shared,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/test/e2e/setup.ts",
      globalTeardown: "<rootDir>/test/e2e/teardown.ts",
    },
    {
      ...shared,
      displayName: "conformance",
      testMatch: ["<rootDir>/test/conformance/**/*.test.ts"],
      globalSetup: "<rootDir>/test/conformance/setup.ts",
      globalTeardown: "<rootDir>/test/conformance/teardown.ts",
    },
    {
      ...shared,
      displayName: "interruptions",
      testMatch: ["<rootDir>/test/interruptions/**/*.test.ts"],
    },
  ],
};

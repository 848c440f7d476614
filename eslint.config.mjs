import tseslint from "typescript-eslint";

export default tseslint.config({ ignores: ["node_modules/**", "test/vectors/**", "kubesphere/base/**"] }, ...tseslint.configs.strict, {
  files: ["**/*.ts"],
  languageOptions: { parserOptions: { project: ["./tsconfig.json", "./sandbox/tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
  rules: {
    "@typescript-eslint/no-floating-promises": "error",
    "@typescript-eslint/no-misused-promises": "error",
    "@typescript-eslint/await-thenable": "error",
    "@typescript-eslint/switch-exhaustiveness-check": "error",
    // Pulumi components declare their children for the side effect of declaring them.
    "no-new": "off",
  },
});

/** In the place of npm's arborist, for tests that load the Pulumi SDK: the program loads it lazily (components/lazyModules.ts). */
export {};

/** In the place of what the libraries import and no unit test uses (jest.config.mjs); the program loads it lazily (components/shared/startUp.cjs). */
export {};

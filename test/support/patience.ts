/** For tests that run the engine: how long a busy machine takes is no result. What hangs ends all the same. */
jest.setTimeout(10 * 60_000);

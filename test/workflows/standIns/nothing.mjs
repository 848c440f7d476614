// An action whose work a test does without, such as a cache.

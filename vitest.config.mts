import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    globalSetup: 'test/support/kernel.ts',
    testTimeout: 30_000,
    pool: 'threads',
  },
});

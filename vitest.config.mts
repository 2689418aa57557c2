import { build } from 'esbuild';
import { defineConfig } from 'vitest/config';

/**
 * The event engine is tested as one bundle, as it ships: module by module every constant of its loop would be looked up in an
 * object, which is several times as slow.
 */
const bundledEngine = {
  name: 'bundled-engine',
  enforce: 'pre' as const,
  async load(id: string) {
    if (!id.endsWith('/src/sim/engine/des.ts')) return undefined;
    const { outputFiles } = await build({ entryPoints: [id], bundle: true, format: 'esm', platform: 'neutral', write: false });
    return outputFiles[0]?.text;
  },
};

export default defineConfig({
  plugins: [bundledEngine],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 30_000,
    pool: 'threads',
  },
});

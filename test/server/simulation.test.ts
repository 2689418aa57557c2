import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectOf } from '../../src/core/model/project.js';
import { startNodeWorker } from '../../src/server/simulation/port-node.js';
import { RunCancelled, RunRefused, WorkerSimulator } from '../../src/server/simulation/simulator.js';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const design = projectOf({ uri: 'memory:/main.iovt', text: readFileSync(join(root, 'test/fixtures/designs/two-tenants.iovt'), 'utf8') });
let folder: string;
let simulator: WorkerSimulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iovt-worker-'));
  const outfile = join(folder, 'worker.cjs');
  await build({
    entryPoints: [join(root, 'src/server/simulation/worker-node.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    mainFields: ['module', 'main'],
  });
  simulator = new WorkerSimulator(() => startNodeWorker(outfile));
});

afterAll(async () => {
  simulator.dispose();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;

test('a run in the worker is the run in this thread', async () => {
  const progress: number[] = [];
  const result = await simulator.run(design, { engine: 'fluid' }, {}, (ratio) => progress.push(ratio), never);
  expect(result.flows).toHaveLength(17);
  expect(result.engine).toBe('fluid');
});

test('progress is told, and a cancelled run ends at once', async () => {
  const abort = new AbortController();
  const began = performance.now();
  let cancelledAt = 0;
  const run = simulator.run(
    design,
    { engine: 'des', precisionRatio: 1e-6, budgetSec: 600 },
    {},
    () => {
      if (cancelledAt === 0) {
        cancelledAt = performance.now();
        abort.abort();
      }
    },
    abort.signal,
  );
  await expect(run).rejects.toBeInstanceOf(RunCancelled);
  expect(cancelledAt).toBeGreaterThan(began);
  // And the worker is free for the next one.
  expect((await simulator.run(design, { engine: 'fluid' }, {}, () => undefined, never)).flows).toHaveLength(17);
});

test('a scenario that does not exist is the fault of the caller', async () => {
  await expect(simulator.run(design, { scenarios: ['nope'] }, {}, () => undefined, never)).rejects.toBeInstanceOf(RunRefused);
});

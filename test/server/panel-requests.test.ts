/** What the panel of the extension asks the server for, with the simulator in its worker and the diagrams drawn. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IsolationResult } from '../../src/isolation/result.js';
import type { ImportResult, View } from '../../src/protocol/server.js';
import type { SimulationResult } from '../../src/sim/result.js';
import { fixtures } from '../support/check.js';
import { bundled, RequestError, ServerProcess } from '../support/lsp-client.js';

const uri = 'untitled:design.iovt';
const text = readFileSync(`${fixtures}/designs/two-tenants.iovt`, 'utf8');
let client: ServerProcess;

beforeAll(async () => {
  const [server, worker] = await Promise.all([bundled('src/server/main.ts'), bundled('src/server/simulation/worker-node.ts')]);
  client = new ServerProcess([server, '--stdio'], {});
  await client.initialize({}, { initializationOptions: { workerUrl: worker } });
  client.open(uri, text);
  await client.next('textDocument/publishDiagnostics');
});

afterAll(() => client.kill());

describe('what tenants share', () => {
  test('is graded for all pairs at once, without changes that would help', async () => {
    const result = (await client.request('iovt/isolation', { uri })) as IsolationResult;
    expect(result.format).toBe('iovt-isolation/1');
    expect(result.pairs.map(({ tenants }) => tenants)).toEqual([['blue', 'red']]);
    expect(result.pairs[0]?.shared.length).toBeGreaterThan(0);
    expect(result.pairs.flatMap(({ improvements }) => improvements ?? [])).toEqual([]);
    // Every step of a way can be shown in the text.
    for (const path of new Set(result.pairs.flatMap(({ shared }) => shared.flatMap(({ paths }) => [...paths.a, ...paths.b]))))
      expect(await client.request('iovt/locate', { uri, path }), path).not.toBeNull();
  });

  test('is looked into for one pair: what would help is tried then', async () => {
    const result = (await client.request('iovt/isolation', { uri, pair: ['red', 'blue'] })) as IsolationResult;
    expect(result.pairs.length).toBe(1);
    expect(result.pairs[0]?.improvements?.length).toBeGreaterThan(0);
  });

  test('has beside it what the last simulation measured', async () => {
    await client.request('iovt/simulate', { uri, engine: 'fluid', interference: true });
    const result = (await client.request('iovt/isolation', { uri })) as IsolationResult;
    expect(result.pairs[0]?.measured?.map(({ victim, aggressor }) => [victim, aggressor])).toEqual([
      ['red', 'blue'],
      ['blue', 'red'],
    ]);
  });
});

describe('a simulation', () => {
  test('runs in the worker, tells its progress, and is kept', async () => {
    const result = (await client.request('iovt/simulate', { uri, engine: 'des', budgetSec: 1, workDoneToken: 'run' })) as SimulationResult;
    expect(result).toMatchObject({ format: 'iovt-simulation/1', engine: 'des' });
    expect(result.flows.length).toBeGreaterThan(0);
    const progress = await client.next<{ value: { kind: string; percentage?: number } }>(
      '$/progress',
      ({ value }) => value.kind === 'report',
    );
    expect(progress.value.percentage).toBeGreaterThanOrEqual(0);
    expect(await client.request('iovt/run', { uri })).toEqual({ result, isStale: false });
  });

  test('can be written down', async () => {
    const csv = (await client.request('iovt/report', { uri, format: 'csv' })) as string;
    expect(csv.split('\n').length).toBeGreaterThan(3);
    const json = (await client.request('iovt/report', { uri, format: 'json' })) as string;
    expect(JSON.parse(json)).toMatchObject({ format: 'iovt-simulation/1' });
  });

  test('that is taken back ends early', async () => {
    const { id, result } = client.start('iovt/simulate', {
      uri,
      engine: 'des',
      precisionRatio: 1e-9,
      budgetSec: 600,
      workDoneToken: 'long',
    });
    await client.next<{ token: string; value: { kind: string } }>(
      '$/progress',
      ({ token, value }) => token === 'long' && value.kind === 'report',
    );
    client.notify('$/cancelRequest', { id });
    await expect(result).rejects.toBeInstanceOf(RequestError);
  });

  test('of a scenario that does not exist says so', async () => {
    await expect(client.request('iovt/simulate', { uri, engine: 'fluid', scenarios: ['no-such'] })).rejects.toThrow('no-such');
  });
});

describe('a diagram', () => {
  test('is drawn, with the run on it', async () => {
    const view = (await client.request('iovt/view', { uri, view: 'mapping', withRun: true })) as View<{ nodes: { heat: number | null }[] }>;
    expect(view.scene.nodes.some(({ heat }) => heat !== null)).toBe(true);
    const bare = (await client.request('iovt/view', { uri, view: 'mapping' })) as typeof view;
    expect(bare.scene.nodes.every(({ heat }) => heat === null)).toBe(true);
  });

  test('is a file as well', async () => {
    expect(await client.request('iovt/render', { uri, view: 'physical' })).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(await client.request('iovt/render', { uri: 'untitled:other.iovt', view: 'physical' })).toBeNull();
  });
});

describe('an import', () => {
  const guest = `<domain type="kvm"><name>db</name><memory unit="GiB">4</memory><vcpu>2</vcpu>
    <devices><interface type="bridge"><source bridge="br0"/><model type="virtio"/></interface></devices></domain>`;
  const request = (params: object) =>
    client.request('iovt/import', { format: 'libvirt', inputs: [{ name: 'db.xml', text: guest }], ...params });

  test('makes a design', async () => {
    const { text: made } = (await request({})) as ImportResult;
    expect(made).toContain('"db"');
  });

  test('adds to an open one and leaves its text alone', async () => {
    const { text: made } = (await request({ into: uri })) as ImportResult;
    expect(made).toContain('"db"');
    expect(made?.startsWith(text.slice(0, 200))).toBe(true);
  });

  test('of something else is refused with the reason and its place', async () => {
    const refused = (await request({ inputs: [{ name: 'db.xml', text: '<html>' }] })) as ImportResult;
    expect(refused.text).toBeNull();
    expect(refused.findings[0]).toMatchObject({ severity: 'error' });
    expect(refused.findings[0]?.message).toMatch(/^db\.xml:1:1: /);
    await expect(request({ format: 'docx' })).rejects.toThrow('docx');
  });
});

import { describe, expect, test } from 'vitest';
import type { ProgressToken } from 'vscode-languageserver';
import type { Diagnostic } from 'vscode-languageserver-types';
import { version } from '../../src/core/version.js';
import type { ServerHost, Simulator } from '../../src/server/host.js';
import type { SimulationResult } from '../../src/sim/result.js';
import { inProcess, type LspClient } from '../support/lsp-client.js';
import { sample } from '../support/marked.js';

const uri = 'untitled:design.iovt';

function result(objectives: SimulationResult['objectives'] = []): SimulationResult {
  return {
    format: 'iovt-simulation/1',
    version,
    inputHash: '',
    engine: 'fluid',
    scenarios: [],
    seed: 1,
    simulatedSec: 1,
    events: 0,
    wallSec: 0,
    flows: [],
    workloads: [],
    resources: [],
    tenants: [],
    hosts: [],
    objectives,
    notes: [],
  };
}

const failing: SimulationResult['objectives'] = [
  { id: 'tail', status: 'fail', actual: 0.001, limit: 0.0005, message: 'p99 is 1 ms, the limit is 500 us.' },
];

/** Runs that end when the test says so. */
class HandSimulator implements Simulator {
  readonly started: {
    finish: (result: SimulationResult) => void;
    progress: (ratio: number, message: string) => void;
    signal: AbortSignal;
  }[] = [];
  #wake: (() => void) | undefined;

  run: Simulator['run'] = (_analysis, _params, progress, signal) =>
    new Promise((finish, fail) => {
      this.started.push({ finish, progress, signal });
      signal.addEventListener('abort', () => fail(signal.reason));
      this.#wake?.();
    });

  async next(count: number): Promise<(typeof this.started)[number]> {
    while (this.started.length < count) await new Promise<void>((done) => (this.#wake = done));
    return this.started[count - 1] as (typeof this.started)[number];
  }
}

async function opened(host: Partial<ServerHost>): Promise<LspClient> {
  const client = inProcess(host, { 'window/workDoneProgress/create': () => null, 'workspace/inlayHint/refresh': () => null });
  await client.initialize({ window: { workDoneProgress: true }, workspace: { inlayHint: { refreshSupport: true } } });
  client.open(uri, sample);
  await nextCodes(client);
  return client;
}

async function nextCodes(client: LspClient): Promise<unknown[]> {
  const { diagnostics } = await client.next<{ diagnostics: Diagnostic[] }>('textDocument/publishDiagnostics');
  return diagnostics.map(({ code }) => code);
}

function change(client: LspClient, text: string, to: number): void {
  client.notify('textDocument/didChange', { textDocument: { uri, version: to }, contentChanges: [{ text }] });
}

describe('a simulation', () => {
  test('reports progress under the token of the client, and its result', async () => {
    const simulator = new HandSimulator();
    const client = await opened({ simulator });
    const running = client.request('iovt/simulate', { uri, workDoneToken: 'mine' });
    const run = await simulator.next(1);
    run.progress(0.25, 'half of a half');
    const report = await client.next<{ token: ProgressToken; value: object }>(
      '$/progress',
      ({ value }) => (value as { kind: string }).kind === 'report',
    );
    expect(report).toEqual({ token: 'mine', value: { kind: 'report', percentage: 25, message: 'half of a half' } });
    run.finish(result());
    expect(await running).toMatchObject({ format: 'iovt-simulation/1' });
    await client.next<{ value: object }>('$/progress', ({ value }) => (value as { kind: string }).kind === 'end');
    expect(await client.request('iovt/run', { uri })).toMatchObject({ isStale: false });
  });

  test('reports under a token of the server where the client brings none', async () => {
    const simulator = new HandSimulator();
    const client = await opened({ simulator });
    const running = client.request('iovt/simulate', { uri });
    (await simulator.next(1)).finish(result());
    await running;
    expect((await client.next<{ value: { kind: string } }>('$/progress')).value.kind).toBe('begin');
  });

  test('puts broken objectives on their lines until the text changes', async () => {
    const simulator = new HandSimulator();
    const client = await opened({ simulator });
    const running = client.request('iovt/simulate', { uri });
    (await simulator.next(1)).finish(result(failing));
    await running;
    const { diagnostics } = await client.next<{ diagnostics: Diagnostic[] }>('textDocument/publishDiagnostics');
    expect(diagnostics).toMatchObject([
      {
        code: 'IOVT690',
        severity: 1,
        message: 'Objective "tail" is not met: p99 is 1 ms, the limit is 500 us.',
        range: { start: { line: 35, character: 18 } },
      },
    ]);
    change(client, `${sample}\n`, 2);
    expect(await nextCodes(client)).toEqual([]);
    expect(await client.request('iovt/run', { uri })).toMatchObject({ isStale: true });
    change(client, sample, 3);
    expect(await nextCodes(client)).toEqual(['IOVT690']);
  });

  test('of a scenario says nothing about the objectives of the base design', async () => {
    const simulator = new HandSimulator();
    const client = await opened({ simulator });
    const running = client.request('iovt/simulate', { uri, scenarios: ['all-vf'] });
    (await simulator.next(1)).finish(result(failing));
    await running;
    expect(await nextCodes(client)).toEqual([]);
    expect(await client.request('iovt/run', { uri })).toMatchObject({ isStale: false });
  });

  test('ends when the request is taken back, when another begins, and when the text is closed', async () => {
    const simulator = new HandSimulator();
    const client = await opened({ simulator });
    const first = client.start('iovt/simulate', { uri });
    await simulator.next(1);
    client.notify('$/cancelRequest', { id: first.id });
    await expect(first.result).rejects.toThrow();
    expect((await simulator.next(1)).signal.aborted).toBe(true);
    const second = client.start('iovt/simulate', { uri });
    await simulator.next(2);
    const third = client.start('iovt/simulate', { uri });
    await simulator.next(3);
    await expect(second.result).rejects.toThrow('cancelled');
    client.notify('textDocument/didClose', { textDocument: { uri } });
    await expect(third.result).rejects.toThrow('cancelled');
  });

  test('that fails for a fault of ours is told and logged, and the server goes on', async () => {
    const simulator: Simulator = {
      run: async () => {
        throw new Error('an invariant');
      },
    };
    const client = await opened({ simulator });
    await expect(client.request('iovt/simulate', { uri })).rejects.toThrow('an invariant');
    const { message } = await client.next<{ message: string }>('window/logMessage');
    expect(message).toContain('an invariant');
    expect(await client.request('textDocument/documentSymbol', { textDocument: { uri } })).not.toEqual([]);
  });
});

describe('a view', () => {
  const views: ServerHost['views'] = {
    view: ({ topology }, { view }) => ({
      view,
      text: topology.files[0]?.text.length,
      technique: topology.hosts[0]?.guests[0]?.devices[0]?.technique?.name,
    }),
    render: () => '<svg/>',
  };

  test('is drawn of the design, or of one of its scenarios', async () => {
    const client = await opened({ views });
    expect(await client.request('iovt/view', { uri, view: 'mapping' })).toEqual({
      uri,
      version: 1,
      scene: { view: 'mapping', text: sample.length, technique: 'virtio-net' },
      scenarios: ['all-vf'],
    });
    expect(await client.request('iovt/view', { uri, view: 'mapping', scenarios: ['all-vf'] })).toMatchObject({
      scene: { technique: 'sriov-vf' },
    });
  });

  test('stays the last whole one while the text is broken', async () => {
    const client = await opened({ views });
    change(client, sample.replace('"hosts": {', '"hosts": {{'), 2);
    await nextCodes(client);
    expect(await client.request('iovt/view', { uri, view: 'mapping' })).toMatchObject({
      version: 1,
      isBroken: true,
      scene: { text: sample.length },
    });
  });

  test('of a text that is not open is none', async () => {
    const client = await opened({ views });
    expect(await client.request('iovt/view', { uri: 'untitled:other.iovt', view: 'mapping' })).toBeNull();
  });
});

test('estimates reach hovers and hints', async () => {
  const estimates: ServerHost['estimates'] = {
    estimates: (_analysis, run) => ({
      estimateFor: (path) => (path === 'h1/br-int' ? (run === undefined ? '12 %' : '14 % measured') : undefined),
      notableFor: (path) => (path === 'h1/br-int' ? '12 %' : undefined),
    }),
  };
  const simulator = new HandSimulator();
  const client = await opened({ estimates, simulator });
  const range = { start: { line: 16, character: 0 }, end: { line: 17, character: 0 } };
  expect(JSON.stringify(await client.request('textDocument/inlayHint', { textDocument: { uri }, range }))).toContain('12 %');
  const running = client.request('iovt/simulate', { uri });
  (await simulator.next(1)).finish(result());
  await running;
  const hovered = client.request('textDocument/hover', { textDocument: { uri }, position: { line: 16, character: 22 } });
  expect(JSON.stringify(await hovered)).toContain('14 % measured');
});

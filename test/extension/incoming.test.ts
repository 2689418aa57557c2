import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incoming } from '../../src/extension/panel/incoming.js';

const choice = { view: 'mapping', scenarios: ['a'], unfolded: [] };

describe('messages of the protocol pass', () => {
  test.each([
    { kind: 'event', name: 'ready', params: { protocol: 1 } },
    { kind: 'event', name: 'revealEntity', params: { path: 'h1/web[3]/eth0', focus: true } },
    { kind: 'event', name: 'runSimulation', params: {} },
    { kind: 'event', name: 'runSimulation', params: { engine: 'fluid', scenarios: ['a'], seed: 7, budgetSec: 2, interference: true } },
    { kind: 'event', name: 'cancelRun', params: {} },
    { kind: 'event', name: 'openLink', params: { name: 'IOVT204' } },
    { kind: 'event', name: 'showProblems', params: {} },
    { kind: 'request', id: 1, method: 'getView', params: choice },
    { kind: 'request', id: 2, method: 'getRun', params: {} },
    { kind: 'request', id: 3, method: 'saveSvg', params: choice },
    { kind: 'request', id: 4, method: 'saveReport', params: { format: 'csv' } },
    { kind: 'request', id: 5, method: 'getIsolation', params: { scenarios: [], pair: null } },
    { kind: 'request', id: 6, method: 'getIsolation', params: { scenarios: ['a'], pair: ['blue', 'red'] } },
  ])('%j', (message) => {
    expect(incoming(message)).toEqual(message);
  });
});

describe('everything else is dropped', () => {
  test.each([
    null,
    undefined,
    'ready',
    [],
    { kind: 'event', name: 'ready' },
    { kind: 'event', name: 'ready', params: [] },
    { kind: 'event', name: 'ready', params: { protocol: '1' } },
    { kind: 'event', name: 'toString', params: {} },
    { kind: 'event', name: 'revealEntity', params: { path: '', focus: true } },
    { kind: 'event', name: 'revealEntity', params: { path: 'x'.repeat(1001), focus: true } },
    { kind: 'event', name: 'revealEntity', params: { path: 'h1' } },
    { kind: 'event', name: 'openLink', params: { name: { toString: 'x' } } },
    { kind: 'event', name: 'runSimulation', params: { engine: 'rm -rf' } },
    { kind: 'event', name: 'runSimulation', params: { seed: -1 } },
    { kind: 'event', name: 'runSimulation', params: { budgetSec: Number.POSITIVE_INFINITY } },
    { kind: 'event', name: 'runSimulation', params: { scenarios: 'a' } },
    { kind: 'request', id: 1.5, method: 'getRun', params: {} },
    { kind: 'request', method: 'getRun', params: {} },
    { kind: 'request', id: 1, method: 'getView', params: { ...choice, view: '../..' } },
    { kind: 'request', id: 1, method: 'getView', params: { ...choice, unfolded: [1] } },
    { kind: 'request', id: 1, method: 'saveReport', params: { format: 'exe' } },
    { kind: 'request', id: 1, method: 'getIsolation', params: { scenarios: [], pair: ['blue'] } },
    { kind: 'request', id: 1, method: 'getIsolation', params: { scenarios: [] } },
    { kind: 'request', id: 1, method: 'constructor', params: {} },
    { kind: 'response', id: 1, ok: true, result: null },
  ])('%j', (message) => {
    expect(incoming(message)).toBeUndefined();
  });

  test('properties that are not in the protocol', () => {
    const message = { kind: 'event', name: 'cancelRun', params: { uri: 'file:///etc/passwd' }, extra: 1 };
    expect(incoming(message)).toEqual({ kind: 'event', name: 'cancelRun', params: {} });
    expect(incoming({ kind: 'event', name: 'runSimulation', params: { uri: 'file:///x', seed: 1 } })).toEqual({
      kind: 'event',
      name: 'runSimulation',
      params: { seed: 1 },
    });
  });
});

test('no value whatever makes it throw', () => {
  const kind = fc.constantFrom('event', 'request', 'response');
  const name = fc.constantFrom('ready', 'revealEntity', 'runSimulation', 'openLink', 'getView', 'saveSvg', 'saveReport');
  const message = fc.record({
    kind,
    name,
    method: name,
    id: fc.anything(),
    params: fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything())),
  });
  fc.assert(fc.property(fc.oneof(fc.anything(), message), (value) => void incoming(value)));
});

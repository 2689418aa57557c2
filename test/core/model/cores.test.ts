import { expect, test } from 'vitest';
import { coresOf, wholeCores } from '../../../src/core/model/cores.js';
import { cpuSetOf, formatCpuSet } from '../../../src/core/units/cpu-set.js';
import { topologyOf } from '../../support/check.js';

async function hostWith(numa: object) {
  const [host] = (await topologyOf(JSON.stringify({ iovt: '1', hosts: { h1: { numa } } }))).hosts;
  if (host === undefined) throw new Error('no host');
  return host;
}

const cpu = (n: number) => cpuSetOf([[n, n]]);

test('threads of a core lie in equal parts of the list of the node', async () => {
  const host = await hostWith({
    n0: { cpus: '0-17,36-53', threadsPerCore: 2 },
    n1: { cpus: '18-35,54-71', threadsPerCore: 2 },
  });
  expect(coresOf(host).get(0)).toEqual([0, 36]);
  expect(coresOf(host).get(53)).toEqual([17, 53]);
  expect(formatCpuSet(wholeCores(host, cpu(18)))).toBe('18,54');
});

test('or beside each other, also eight at a time', async () => {
  const host = await hostWith({ n0: { cpus: '0-15', threadsPerCore: 8, threadNumbering: 'neighbours' } });
  expect(formatCpuSet(wholeCores(host, cpu(9)))).toBe('8-15');
});

test('nothing is known of nodes that do not say, or whose threads are partly offline', async () => {
  expect(coresOf(await hostWith({ n0: { cpus: '0-7' } })).size).toBe(0);
  expect(coresOf(await hostWith({ n0: { cpus: '0-6', threadsPerCore: 2 } })).size).toBe(0);
  expect(formatCpuSet(wholeCores(await hostWith({ n0: { cpus: '0-7' } }), cpu(3)))).toBe('3');
});

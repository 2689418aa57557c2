import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/sim/engine/builder.js';
import { run, start } from '../../src/sim/engine/des.js';
import { ON_OFF } from '../../src/sim/engine/network.js';
import { simulateText } from '../support/simulate.js';

/** A stream into a virtual function, in bursts. */
function design(burst: { readonly on: string; readonly off: string }, rate = '1 Gbit/s'): string {
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: {
          n: { kind: 'nic', link: 'gen4 x16', ports: { p0: { rate: '100 Gbit/s' } }, sriov: { supported: true, vfs: 8, totalVfs: 8 } },
        },
        guests: { a: { vcpus: 4, devices: { e: { technique: 'sriov-vf', from: 'n/p0', driver: 'poll-mode' } } } },
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'] } },
    workloads: { x: { from: 'tor', to: 'a/e', size: '1500 B', rate, arrival: 'on-off', burst } },
  });
}

test.each(['des', 'fluid'] as const)('bursts that last no time are left out, and that is said, %s', async (engine) => {
  for (const off of ['0 s', '1 ms']) {
    const { flows, notes } = await simulateText(design({ on: '0 s', off }), { engine });
    expect(flows).toEqual([]);
    expect(notes).toEqual([
      {
        kind: 'no-path',
        about: 'x',
        message: 'One flow is left out: its bursts last no time: write 1 ns or more as "on" of its "burst".',
      },
    ]);
  }
});

test('bursts without a pause between them are a Poisson stream', async () => {
  const { flows } = await simulateText(design({ on: '1 ms', off: '0 s' }), { durationSec: 0.02 });
  expect((flows[0]?.offered.bitsPerSec ?? 0) / 1e9).toBeCloseTo(1, 1);
});

test('bursts much shorter than the time between two packets do not hold up the run, and keep the rate', () => {
  const builder = new NetworkBuilder();
  const lane = builder.station({}).lanes[0] as number;
  // A packet in 10 us of bursts of 1 ps: ten million phases, if each were drawn.
  builder.flow({
    name: 'a',
    arrival: ON_OFF,
    gapPs: 1e7,
    onPs: 1,
    offPs: 3,
    classes: [{ share: 1, bits: 8 }],
    steps: [{ lane, servicePs: [1e3] }],
  });
  const state = start(builder.build(), 1, 0);
  run(state, 4e7 * 2000, Number.MAX_SAFE_INTEGER);
  expect((state.offered[0] as number) / 2000).toBeCloseTo(1, 1);
}, 5000);

test('bursts even out before a run stops', async () => {
  for (const seed of [1, 2, 3]) {
    const { flows, notes } = await simulateText(design({ on: '1 ms', off: '4 ms' }), { seed });
    expect(Math.abs((flows[0]?.achieved.bitsPerSec ?? 0) / 1e9 - 1)).toBeLessThan(0.08);
    expect(notes).toEqual([]);
  }
}, 60_000);

test('bursts that are too long for the budget are named in a note', async () => {
  let now = 0;
  const { notes } = await simulateText(design({ on: '1 s', off: '4 s' }), {}, { clock: () => now++ * 0.2 });
  expect(notes.map(({ message }) => message).join()).toMatch(/budget/i);
}, 60_000);

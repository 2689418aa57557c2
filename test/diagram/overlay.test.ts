import { describe, expect, test } from 'vitest';
import { renderSvg } from '../../src/diagram/svg/render.js';
import type { FlowResult, ResourceResult, SimulationResult } from '../../src/sim/result.js';
import { flaws, node, sceneOf } from './scenes.js';

const design = {
  iovt: '1',
  tenants: { a: {} },
  hosts: {
    h: {
      numa: { n0: { cpus: '0-7' } },
      devices: { nic: { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' }, p1: { rate: '10 Gbit/s' } } }, ssd: { kind: 'nvme' } },
      switches: { br: { kind: 'linux-bridge', uplinks: ['nic/p0'] }, bond: { kind: 'ovs-kernel', uplinks: ['nic/p0', 'nic/p1'] } },
      guests: {
        web: {
          tenant: 'a',
          count: 4,
          devices: { eth0: { technique: 'virtio-net', connect: 'br' }, vda: { technique: 'virtio-blk', media: 'ssd' } },
        },
        db: { devices: { eth0: { technique: 'virtio-net', connect: 'bond' } } },
      },
    },
  },
  networks: { tor: { uplinks: ['h/nic/p0'] } },
};

const flow = (
  from: string,
  to: string,
  achieved: number,
  offered: number,
  bottleneck: string | null = null,
  opsPerSec = 0,
): FlowResult => ({
  id: `w@${from}`,
  workload: 'w',
  from,
  to,
  tenant: null,
  offered: { bitsPerSec: offered, opsPerSec },
  achieved: { bitsPerSec: achieved, opsPerSec },
  lossRatio: 0,
  latencySec: { mean: 0 },
  bottleneck,
  breakdown: [],
});

const resource = (id: string, entity: string, utilisationRatio: number): ResourceResult => ({
  id,
  kind: 'link',
  entity,
  utilisationRatio,
  queue: { mean: 0, max: 0 },
  users: [],
});

const run = (flows: FlowResult[], resources: ResourceResult[], objectives: SimulationResult['objectives'] = []): SimulationResult => ({
  format: 'iovt-simulation/1',
  version: '0',
  inputHash: '',
  engine: 'des',
  scenarios: [],
  seed: 1,
  simulatedSec: 1,
  events: 0,
  wallSec: 0,
  flows,
  workloads: [],
  resources,
  tenants: [],
  hosts: [],
  objectives,
  notes: [],
});

describe('problems', () => {
  test('are counted on the node of their entity, copies and parts included', async () => {
    const scene = await sceneOf(
      `{ "iovt": "1", "hosts": { "h": { "guests": { "g": { "count": 3, "devices": { "e": { "technique": "virtio-net", "connect": "nope" } } } } } } }`,
    );
    expect(node(scene, 'h/g/e').problems).toEqual({ error: 1, warning: 0 });
    expect(node(scene, 'h/g').problems).toEqual({ error: 0, warning: 0 });
    expect(scene.legend.problems).toEqual({ error: 1, warning: 0 });
    expect(renderSvg(scene)).toContain('1 error');
  });

  test('of what is not drawn are told in a note', async () => {
    const scene = await sceneOf(`{ "iovt": "1", "hosts": { "h": {} }, "workloads": { "w": { "on": "h/nothing" } } }`);
    expect(scene.notes).toEqual(['1 error about what is not in this view.']);
  });
});

describe('a simulation', () => {
  const result = run(
    [
      ...[0, 1, 2, 3].map((i) => flow(`h/web[${i}]/eth0`, 'tor', 1.5e9, 2e9, 'h/nic/p0:tx')),
      flow('h/web[0]/vda', 'h/ssd', 1e9, 1e9, null, 20_000),
      flow('tor', 'h/db/eth0', 1e9, 1e9),
    ],
    [
      resource('h/nic/p0:tx', 'h/nic/p0', 0.97),
      resource('h/nic/p0:rx', 'h/nic/p0', 0.2),
      resource('h/web[2]/vcpu', 'h/web[2]', 0.6),
      resource('h/web[1]/vcpu', 'h/web[1]', 0.4),
      resource('x', 'other/design', 1),
    ],
    [
      { id: 'fine', status: 'pass', actual: 1, limit: 1, message: '' },
      { id: 'slow', status: 'fail', actual: 1, limit: 1, message: 'too slow' },
    ],
  );

  test('heats what is busy, by its busiest resource and its busiest copy', async () => {
    const scene = await sceneOf(design, { run: result });
    expect(node(scene, 'h/nic/p0')).toMatchObject({ heat: 0.97, status: 'tx 97 %', isBottleneck: true });
    expect(node(scene, 'h/nic/p0').facts).toContain('bottleneck of 4 flows');
    expect(node(scene, 'h/web')).toMatchObject({ heat: 0.6, isBottleneck: false });
    expect(node(scene, 'h/nic/p1').heat).toBeNull();
  });

  test('says on devices and lines what got through of what was offered', async () => {
    const scene = await sceneOf(design, { run: result });
    expect(node(scene, 'h/web/eth0').status).toBe('6 of 8 Gbit/s');
    expect(node(scene, 'h/web/vda').status).toBe('20 of 20 kIOPS');
    expect(node(scene, 'h/db/eth0').status).toBe('1 of 1 Gbit/s');
    const edge = (from: string, to: string) => scene.edges.find((e) => e.from === from && e.to === to);
    expect(edge('h/br', 'h/nic/p0')).toMatchObject({ label: '6 of 8 Gbit/s', shortfallRatio: 0.25 });
    expect(edge('h/br', 'h/nic/p0')?.width).toBeGreaterThan(edge('h/db/eth0', 'h/db/eth0#vhost-kernel')?.width ?? 0);
    // Nobody knows how a bond spreads its load.
    expect(edge('h/bond', 'h/nic/p0')).toMatchObject({ label: '', shortfallRatio: null });
  });

  test('does not move anything', async () => {
    const [before, after] = [await sceneOf(design), await sceneOf(design, { run: result })];
    expect(after.nodes.map(({ id, rect }) => ({ id, rect }))).toEqual(before.nodes.map(({ id, rect }) => ({ id, rect })));
    expect(flaws(after)).toEqual([]);
  });

  test('lists objectives that fail and says how many are met', async () => {
    const svg = renderSvg(await sceneOf(design, { run: result }));
    expect(svg).toContain('slow: too slow');
    expect(svg).toContain('1 met');
  });

  test('tells load by length, number and pattern, not by colour alone', async () => {
    const svg = renderSvg(await sceneOf(design, { run: result }));
    const hot = svg.split('<g class="n').find((part) => part.includes('data-id="h/nic/p0"')) ?? '';
    expect(hot).toContain('heat4');
    expect(hot).toContain('class="hatch"');
    expect(hot).toContain('tx 97 %');
    expect(hot).toContain('bottleneck');
  });

  test('of another design says so', async () => {
    const scene = await sceneOf(design, { run: run([flow('x/y/z', 'n', 1, 1)], [resource('r', 'x/y', 1)]) });
    expect(scene.notes).toEqual(['The simulation knows nothing of what is drawn: it was of another design.']);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { views } from '../../src/diagram/build/views/index.js';
import { drawDiagram } from '../../src/diagram/diagram.js';
import type { Scene, ViewName } from '../../src/diagram/scene.js';
import { renderSvg } from '../../src/diagram/svg/render.js';
import { analyse, cases, lineOf } from '../support/check.js';
import { flaws, node, sceneOf } from './scenes.js';

/** Each folder holds a design, the names of the views that are worth keeping, and what they looked like. */
describe.each(cases('diagram'))('$name', ({ folder, files }) => {
  const wanted = JSON.parse(readFileSync(join(folder, 'views.json'), 'utf8')) as ViewName[];
  const runFile = join(folder, 'run.json');
  const run = existsSync(runFile) ? JSON.parse(readFileSync(runFile, 'utf8')) : undefined;

  test.each(wanted)('%s', async (view) => {
    // Without what rules say, so that a new rule changes no picture.
    const { topology, diagnostics } = await analyse(files);
    expect(diagnostics.filter(({ code }) => code < 'IOVT200').map(lineOf)).toEqual([]);
    const scene = drawDiagram(topology, { view, run });
    expect(flaws(scene)).toEqual([]);
    await expect(renderSvg(scene)).toMatchFileSnapshot(join(folder, `${view}.svg`));
  });
});

test('every view is registered once, under its own name', () => {
  expect([...views].every(([name, view]) => view.name === name)).toBe(true);
  expect([...views.keys()]).toEqual(['mapping', 'physical', 'network', 'storage', 'tenants']);
});

const edges = (scene: Scene) => scene.edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`);

const host = {
  numa: { n0: { cpus: '0-15' } },
  pcie: { rp0: { kind: 'root-port', numa: 'n0', link: 'gen4 x16', acs: true } },
  devices: {
    nic: { profile: 'nvidia-connectx6dx-2x100g', at: 'rp0', sriov: { vfs: 4 } },
    ssd: { profile: 'solidigm-p5510-3.84t', namespaces: { ns1: { size: '1 TB' } } },
    gpu: { kind: 'gpu', functions: { vga: { index: 0 }, audio: { index: 1 } } },
    spare: { kind: 'nvme' },
  },
  volumes: { pool: { kind: 'lvm', on: 'ssd/ns1' }, images: { kind: 'filesystem', on: 'pool' } },
  switches: { int: { kind: 'ovs-kernel', uplinks: ['ext'] }, ext: { kind: 'ovs-kernel', uplinks: ['nic/p0'] } },
  controllers: { io: { kind: 'iothread', cpus: '3' }, idle: { kind: 'iothread' } },
  guests: {
    a: {
      tenant: 'x',
      cpus: '4-7',
      devices: {
        eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'int', vlan: 10 },
        eth1: { technique: 'sriov-vf', from: 'nic/p1' },
        vda: { technique: 'virtio-blk', controller: 'io', media: 'images' },
        vdb: { technique: 'virtio-blk', media: 'ssd/ns1' },
      },
    },
    b: {
      tenant: 'y',
      devices: { eth0: { technique: 'virtio-net', connect: 'int', portMode: 'trunk' }, gpu: { technique: 'passthrough', from: 'gpu/vga' } },
    },
    c: {},
  },
};
const design = { iovt: '1', tenants: { x: {}, y: {} }, hosts: { h: host }, networks: { tor: { uplinks: ['h/nic/p0'] } } };

describe('mapping', () => {
  test('has a line for each step of a mapping, and what lies inside each other has none', async () => {
    expect(edges(await sceneOf(design)).sort()).toEqual(
      [
        'h/a/eth0 mapping h/int',
        'h/int uplink h/ext',
        'h/ext uplink h/nic/p0',
        'h/nic/p0 network tor',
        'h/a/eth1 mapping h/nic/p1/vf0',
        'h/a/vda mapping h/io',
        'h/io backing h/images',
        'h/images backing h/pool',
        'h/pool backing h/ssd/ns1',
        'h/a/vdb mapping h/a#qemu-main-loop',
        'h/a#qemu-main-loop backing h/ssd/ns1',
        'h/b/eth0 mapping h/b/eth0#vhost-kernel',
        'h/b/eth0#vhost-kernel mapping h/int',
        'h/b/gpu mapping h/gpu/vga',
      ].sort(),
    );
  });

  test('shows everything that exists, used or not', async () => {
    const { topology } = await analyse(JSON.stringify(design));
    const scene = drawDiagram(topology);
    const drawn = new Set(scene.nodes.map((n) => n.path));
    const missing = topology.entities.filter(
      (entity) => !['tenant', 'profile', 'function'].includes(entity.kind) && !drawn.has(entity.path),
    );
    expect(missing.map((entity) => entity.path)).toEqual([]);
    expect(scene.nodes.filter((n) => n.isUnused).map((n) => n.id)).toEqual([
      'h/idle',
      'h/nic/p0/vf0',
      'h/nic/p1/vf1',
      'h/gpu/audio',
      'h/spare',
    ]);
    expect(node(scene, 'h/nic').parent).toBe('h/rp0');
    expect(node(scene, 'h/rp0').parent).toBe('h/n0');
  });

  test('knows for each line which virtual devices use it', async () => {
    const scene = await sceneOf(design);
    const line = (from: string) => scene.edges.find((edge) => edge.from === from);
    expect(line('h/int')).toMatchObject({ users: ['h/a/eth0', 'h/b/eth0'], tenant: null, count: 2 });
    expect(line('h/io')).toMatchObject({ users: ['h/a/vda'], tenant: 'x', count: 1 });
  });

  test('tells apart a guest and a switch of one name', async () => {
    const scene = await sceneOf({
      iovt: '1',
      hosts: {
        h: { switches: { x: { kind: 'linux-bridge' } }, guests: { x: { devices: { e: { technique: 'virtio-net', connect: 'x' } } } } },
      },
    });
    expect(scene.nodes.map((n) => `${n.id} ${n.path}`)).toContain('h/x:switch h/x');
    expect(flaws(scene)).toEqual([]);
  });

  test('leads a line out below the thread beside its device', async () => {
    const scene = await sceneOf({
      iovt: '1',
      hosts: {
        h: {
          devices: { gpu: { kind: 'gpu', mediatedTypes: { t4: {} } }, nic: { kind: 'nic', ports: { p0: {} } } },
          guests: { g: { devices: { n: { technique: 'virtio-net', backend: 'qemu', connect: 'nic/p0', from: 'nic/p0' } } } },
        },
      },
    });
    expect(edges(scene)).toEqual(expect.arrayContaining(['h/g/n mapping h/g#qemu-main-loop', 'h/g/n mapping h/nic/p0']));
    expect(flaws(scene)).toEqual([]);
  });
});

describe('physical', () => {
  test('shows links, ACS, addresses and who has a function', async () => {
    const scene = await sceneOf(design, { view: 'physical' });
    expect(node(scene, 'h/rp0')).toMatchObject({ sublabel: 'root port · gen4 x16', marks: [{ text: 'ACS', tone: 'good' }] });
    expect(node(scene, 'h/gpu/vga').status).toBe('→ b/gpu');
    expect(node(scene, 'h/n0#cpus/4-7')).toMatchObject({ label: 'CPUs 4-7', sublabel: 'a', isUnused: false });
    expect(node(scene, 'h/n0#cpus/0-2,8-15')).toMatchObject({ sublabel: 'nobody pinned', isUnused: true });
  });

  const groups = (scene: Scene) => Object.fromEntries(scene.groups.map((group) => [group.label, group.members]));

  test('outlines IOMMU groups by the number that was read, else by a letter', async () => {
    const pcie = { rp0: { kind: 'root-port', acs: true }, rp1: { kind: 'root-port', acs: false }, rp2: { kind: 'root-port' } };
    const devices = {
      a: { kind: 'gpu', at: 'rp0', group: 14 },
      b: { kind: 'gpu', at: 'rp1', functions: { f0: {}, f1: { index: 1 } } },
      c: { kind: 'usb', at: 'rp2' },
    };
    const scene = await sceneOf({ iovt: '1', hosts: { h: { pcie, devices } } }, { view: 'physical' });
    expect(groups(scene)).toEqual({ 'IOMMU 14': ['h/a'], 'IOMMU A': ['h/rp1', 'h/b/f0', 'h/b/f1'], 'IOMMU B ?': ['h/c'] });
    // The whole port is in the group: the outline is around it.
    expect(scene.groups.find((group) => group.label === 'IOMMU A')?.outlines).toHaveLength(1);
  });

  test('names the tenants that share a group', async () => {
    const guests = {
      p: { tenant: 'x', devices: { d: { technique: 'passthrough', from: 'gpu/vga' } } },
      q: { tenant: 'y', devices: { d: { technique: 'passthrough', from: 'gpu/audio' } } },
    };
    const gpu = { kind: 'gpu', at: 'rp0', functions: { vga: { index: 0, group: 5 }, audio: { index: 1, group: 5 } } };
    const scene = await sceneOf(
      { ...design, hosts: { h: { pcie: { rp0: { kind: 'root-port', acs: true } }, devices: { gpu }, guests } }, networks: {} },
      { view: 'physical' },
    );
    expect(scene.groups[0]).toMatchObject({ label: 'IOMMU 5', tenants: ['x', 'y'] });
    expect(renderSvg(scene)).toContain('IOMMU 5, shared');
  });
});

describe('network', () => {
  test('leads virtual devices into the VLAN they are on', async () => {
    const scene = await sceneOf(design, { view: 'network' });
    expect(edges(scene)).toEqual(
      expect.arrayContaining([
        'h/a/eth0 mapping h/int#vlan-10',
        'h/b/eth0#vhost-kernel mapping h/int#trunk,-all-vlans',
        'h/int uplink h/ext',
      ]),
    );
    expect(node(scene, 'h/int#vlan-10')).toMatchObject({ label: 'VLAN 10', sublabel: '1 port', parent: 'h/int', path: 'h/int' });
    expect(scene.nodes.some((n) => n.id === 'h/ssd' || n.id === 'h/a/vda' || n.id === 'h/c' || n.id === 'h/io')).toBe(false);
  });
});

describe('storage', () => {
  test('leads disks over who serves them and volumes to media', async () => {
    const scene = await sceneOf(design, { view: 'storage' });
    expect(edges(scene)).toEqual(
      [
        'h/a/vda mapping h/io',
        'h/a/vdb mapping h/a#qemu-main-loop',
        'h/images backing h/pool',
        'h/pool backing h/ssd/ns1',
        'h/io backing h/images',
        'h/a#qemu-main-loop backing h/ssd/ns1',
      ].sort((a, b) => edges(scene).indexOf(a) - edges(scene).indexOf(b)),
    );
    expect(scene.nodes.some((n) => n.id === 'h/nic' || n.id === 'h/b')).toBe(false);
  });
});

describe('tenants', () => {
  test('shows what each touches, and marks what several do', async () => {
    const scene = await sceneOf(design, { view: 'tenants' });
    expect(edges(scene)).toEqual(
      expect.arrayContaining([
        'x mapping h/int',
        'x mapping h/ext',
        'x mapping h/nic',
        'x mapping h/io',
        'x mapping h/ssd',
        'y mapping h/int',
        'y mapping h/nic',
        'y mapping h/gpu',
        'h/nic network tor',
      ]),
    );
    expect(node(scene, 'h/nic')).toMatchObject({ tenants: ['x', 'y'], marks: [{ text: 'shared by 2', tone: 'plain' }] });
    expect(node(scene, 'h/ssd').tenants).toEqual(['x']);
    expect(node(scene, 'h/c').parent).toBe('#no-tenant');
  });
});

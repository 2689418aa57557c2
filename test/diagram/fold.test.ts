import { describe, expect, test } from 'vitest';
import { NodeIndex, type Scene } from '../../src/diagram/scene.js';
import { flaws, node, sceneOf } from './scenes.js';

const ids = (scene: Scene, kind: string) => scene.nodes.filter((n) => n.kind === kind).map((n) => n.id);

const farm = (guests: object, extra: object = {}) => ({
  iovt: '1',
  tenants: { a: {}, b: {} },
  hosts: {
    h: {
      devices: { nic: { profile: 'nvidia-connectx6dx-2x100g', sriov: { vfs: 16 } } },
      switches: { br: { kind: 'linux-bridge', uplinks: ['nic/p0'] } },
      guests,
      ...extra,
    },
  },
});

const bridged = { technique: 'virtio-net', connect: 'br' };
const vf = { technique: 'sriov-vf', from: 'nic/p1' };

describe('copies of a guest', () => {
  const design = farm({ web: { count: 8, tenant: 'a', devices: { eth0: bridged } }, db: { devices: { eth0: bridged } } });

  test('are one box with their number', async () => {
    const scene = await sceneOf(design);
    expect(ids(scene, 'guest')).toEqual(['h/web', 'h/db']);
    expect(node(scene, 'h/web')).toMatchObject({ count: 8, fold: 'h/web', label: 'web' });
    expect(scene.edges.find((edge) => edge.from === 'h/web/eth0')).toMatchObject({ count: 8, tenant: 'a' });
  });

  test('are shown one by one when asked for', async () => {
    const scene = await sceneOf(design, { unfolded: ['h/web'] });
    expect(ids(scene, 'guest')).toEqual([...Array.from({ length: 8 }, (_, i) => `h/web[${i}]`), 'h/db']);
    expect(node(scene, 'h/web[3]')).toMatchObject({ count: 1, fold: 'h/web', label: 'web[3]' });
    expect(flaws(scene)).toEqual([]);
  });

  test('of which there are thousands end in a box for the rest', async () => {
    const scene = await sceneOf(farm({ web: { count: 3000, devices: { eth0: bridged } } }), { unfolded: ['h/web'] });
    const guests = scene.nodes.filter((n) => n.kind === 'guest');
    expect(guests.length).toBe(1001);
    expect(guests.at(-1)).toMatchObject({ label: 'web[1000..2999]', count: 2000, fold: 'h/web' });
  });

  test('are found by any of their references', async () => {
    const folded = new NodeIndex((await sceneOf(design)).nodes);
    for (const path of ['h/web', 'h/web[3]', 'h/web[*]']) expect(folded.find(path)?.id).toBe('h/web');
    expect(folded.find('h/web[7]/eth0')?.id).toBe('h/web/eth0');
    expect(folded.find('h/web[7]#vhost-kernel')?.id).toBe('h/web');
    const unfolded = new NodeIndex((await sceneOf(design, { unfolded: ['h/web'] })).nodes);
    expect(unfolded.find('h/web[7]/eth0')?.id).toBe('h/web[7]/eth0');
    expect(unfolded.find('h/web/eth0')?.id).toBe('h/web[0]/eth0');
    expect(unfolded.find('nowhere/at/all')).toBeUndefined();
  });
});

describe('VFs', () => {
  test('fold by settings and by the technique and tenant of their users; free ones are counted', async () => {
    const scene = await sceneOf(
      farm({
        x: { count: 3, tenant: 'a', devices: { e: vf } },
        y: { tenant: 'b', devices: { e: vf } },
        z: { tenant: 'a', devices: { e: vf } },
      }),
    );
    const rows = scene.nodes.filter((n) => n.kind === 'vf' && n.id.startsWith('h/nic/p1'));
    expect(rows.map(({ id, label, count, tenant, isUnused }) => ({ id, label, count, tenant, isUnused }))).toEqual([
      { id: 'h/nic/p1/vf0', label: 'vf0–vf2, vf4', count: 4, tenant: 'a', isUnused: false },
      { id: 'h/nic/p1/vf3', label: 'vf3', count: 1, tenant: 'b', isUnused: false },
      { id: 'h/nic/p1/vf5', label: '11 free VFs', count: 11, tenant: null, isUnused: true },
    ]);
    expect(new NodeIndex(scene.nodes).find('h/nic/p1/vf4')?.id).toBe('h/nic/p1/vf0');
  });

  test('are told apart by what the document sets for them', async () => {
    const nic = {
      profile: 'nvidia-connectx6dx-2x100g',
      functions: { f0: { port: 'p0', sriov: { vfs: 6 }, vfs: { 'vf0-1': { vlan: 5 }, vf5: { trust: true } } } },
    };
    const scene = await sceneOf(farm({}, { devices: { nic } }));
    expect(scene.nodes.filter((n) => n.kind === 'vf').map((n) => `${n.label} ${n.sublabel}`.trim())).toEqual([
      '2 free VFs VLAN 5',
      '3 free VFs',
      'vf5 free',
    ]);
  });

  test('unfold by the id of their row', async () => {
    const scene = await sceneOf(farm({ x: { count: 3, devices: { e: vf } } }), { unfolded: ['h/nic/p1/vf0'] });
    expect(ids(scene, 'vf').filter((id) => id.startsWith('h/nic/p1'))).toEqual([
      'h/nic/p1/vf0',
      'h/nic/p1/vf1',
      'h/nic/p1/vf2',
      'h/nic/p1/vf3',
    ]);
    expect(scene.edges.filter((edge) => edge.from === 'h/x/e').map((edge) => edge.to)).toEqual([
      'h/nic/p1/vf0',
      'h/nic/p1/vf1',
      'h/nic/p1/vf2',
    ]);
  });

  test('that are named but not enabled are shown with a mark', async () => {
    const scene = await sceneOf(farm({ x: { devices: { e: { technique: 'sriov-vf', from: 'nic/p0/vf40' } } } }));
    expect(node(scene, 'h/nic/p0/vf40').marks).toEqual([{ text: 'not enabled', tone: 'bad' }]);
  });
});

describe('identical siblings', () => {
  const shelf = (count: number) => ({
    devices: {
      hba: { kind: 'hba' },
      ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`hdd${i}`, { kind: 'disk', at: 'hba', size: '8 TB' }])),
    },
    volumes: { tank: { kind: 'zfs', on: Array.from({ length: count }, (_, i) => `hdd${i}`) } },
    switches: {},
  });

  test('from four on are one row', async () => {
    const few = await sceneOf(farm({}, shelf(3)));
    expect(ids(few, 'device')).toEqual(['h/hba', 'h/hdd0', 'h/hdd1', 'h/hdd2']);
    const many = await sceneOf(farm({}, shelf(12)));
    expect(node(many, 'h/hdd0')).toMatchObject({ label: 'hdd0–hdd11', count: 12, fold: 'h/hdd0' });
    expect(many.edges).toHaveLength(1);
    expect(new NodeIndex(many.nodes).find('h/hdd7')?.id).toBe('h/hdd0');
  });

  test('fold with the ports they are plugged into', async () => {
    const slots = Array.from({ length: 6 }, (_, i) => i);
    const scene = await sceneOf(
      farm(
        {},
        {
          switches: {},
          pcie: Object.fromEntries(slots.map((i) => [`rp${i}`, { kind: 'root-port', link: 'gen4 x4', acs: true }])),
          devices: Object.fromEntries(slots.map((i) => [`ssd${i}`, { profile: 'solidigm-p5510-3.84t', at: `rp${i}` }])),
        },
      ),
    );
    expect(node(scene, 'h/rp0')).toMatchObject({ label: 'rp0–rp5', count: 6 });
    expect(node(scene, 'h/ssd0')).toMatchObject({ label: 'ssd0–ssd5', count: 6, parent: 'h/rp0' });
  });

  test('do not fold where one of them is used differently', async () => {
    const base = shelf(5);
    const scene = await sceneOf(
      farm(
        { g: { tenant: 'a', devices: { d: { technique: 'virtio-blk', media: 'hdd4' } } } },
        { ...base, volumes: { tank: { kind: 'zfs', on: ['hdd0', 'hdd1', 'hdd2', 'hdd3'] } } },
      ),
    );
    expect(ids(scene, 'device')).toEqual(['h/hba', 'h/hdd0', 'h/hdd4']);
  });

  test('unfold by id', async () => {
    const scene = await sceneOf(farm({}, shelf(5)), { unfolded: ['h/hdd0'] });
    expect(ids(scene, 'device')).toHaveLength(6);
    expect(node(scene, 'h/hdd3').fold).toBe('h/hdd0');
  });
});

describe('a picture that would be too large', () => {
  const large = {
    iovt: '1',
    tenants: { a: {}, b: {} },
    hosts: Object.fromEntries(
      Array.from({ length: 30 }, (_, h) => [
        `h${h}`,
        {
          devices: { nic: { kind: 'nic', ports: { p0: {} } } },
          switches: { br: { kind: 'linux-bridge', uplinks: ['nic/p0'] } },
          guests: Object.fromEntries(
            Array.from({ length: 20 }, (_, g) => [`g${g}`, { tenant: g % 2 ? 'a' : 'b', vcpus: g + 1, devices: { eth0: bridged } }]),
          ),
        },
      ]),
    ),
    networks: { tor: { uplinks: Array.from({ length: 30 }, (_, h) => `h${h}/nic/p0`) } },
  };

  test('first loses what differs in nothing', async () => {
    const same = structuredClone(large);
    for (const host of Object.values(same.hosts)) for (const guest of Object.values(host.guests)) guest.vcpus = 2;
    const scene = await sceneOf(same, { maxNodes: 600 });
    expect(scene.nodes.length).toBeLessThanOrEqual(600);
    expect(node(scene, 'h0/g0')).toMatchObject({ count: 10, label: 'g0, g2 … g18' });
    expect(scene.notes).toEqual(['Too much to draw one by one: everything alike is folded, and nothing can be unfolded.']);
    expect(flaws(scene)).toEqual([]);
  });

  test('then its guests, but for their number', async () => {
    const scene = await sceneOf(large, { maxNodes: 600 });
    expect(scene.nodes.filter((n) => n.parent === 'h0' && n.kind === 'summary').map((n) => n.label)).toEqual(['10 guests', '10 guests']);
    expect(scene.notes).toEqual(['Too many guests to draw: each tenant has one box on each host.']);
    expect(flaws(scene)).toEqual([]);
  });

  test('then the insides of its hosts', async () => {
    const scene = await sceneOf(large, { maxNodes: 40 });
    expect(scene.nodes.map((n) => n.id)).toEqual(['h0', 'tor']);
    expect(node(scene, 'h0')).toMatchObject({ label: 'h0–h29', count: 30, sublabel: 'KVM · 20 guests, 1 vSwitch, 1 device' });
    expect(scene.edges).toHaveLength(1);
  });

  test('and is never empty', async () => {
    const unlike = structuredClone(large) as { hosts: Record<string, { title?: string; guests: object }> };
    let n = 0;
    for (const host of Object.values(unlike.hosts)) host.guests = { only: { count: ++n } };
    const scene = await sceneOf(unlike, { maxNodes: 10 });
    expect(scene.nodes.filter((item) => item.kind === 'host')).toHaveLength(10);
    expect(node(scene, '#more-hosts').label).toBe('20 more hosts');
    expect(flaws(scene)).toEqual([]);
  });
});

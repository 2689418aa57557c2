import { describe, expect, test } from 'vitest';
import { type CostId, costIds } from '../../src/catalog/costs/index.js';
import { instances } from '../../src/core/model/guest.js';
import { controllerKinds } from '../../src/techniques/controllers/index.js';
import { techniques } from '../../src/techniques/index.js';
import type { Thread } from '../../src/techniques/stage.js';
import { switchKinds } from '../../src/techniques/switches/index.js';
import { switchThread } from '../../src/techniques/switches/switch-kind.js';
import { COMMON_KEYS } from '../../src/techniques/technique.js';
import { paths, probe } from '../support/designs.js';
import { variants } from './variants.js';

const NAMES = [
  ...['emulated-nic', 'emulated-disk', 'emulated-gpu'],
  ...['virtio-net', 'virtio-blk', 'virtio-scsi', 'virtio-fs', 'virtio-gpu', 'virtio-rng', 'virtio-console', 'virtio-vsock'],
  ...['virtio-balloon', 'shmem'],
  ...['xen-netfront', 'xen-blkfront', 'netvsc', 'storvsc', 'vmxnet3', 'pvscsi'],
  ...['sriov-vf', 'passthrough', 'mdev', 'mig', 'vdpa-hw', 'nvme-namespace', 'dpu-virtio'],
  ...['veth', 'macvlan', 'ipvlan', 'block-volume'],
];

test('the registry has every technique of the language, and no other', () => {
  expect([...techniques.keys()].sort()).toEqual([...NAMES].sort());
  expect([...switchKinds.keys()].sort()).toEqual([
    'eswitch-switchdev',
    'eswitch-veb',
    'linux-bridge',
    'linux-router',
    'macvtap',
    'ovs-dpdk',
    'ovs-kernel',
    'testpmd',
    'vpp',
    'xdp',
  ]);
  expect([...controllerKinds.keys()].sort()).toEqual(['dpu', 'iothread', 'qemu-main-loop', 'vhost-kernel', 'vhost-user', 'vios']);
});

describe.each([...techniques])('%s', (name, technique) => {
  test('says what it is and where that comes from', () => {
    expect(technique.name).toBe(name);
    expect(technique.title).not.toBe('');
    expect(technique.help.length).toBeGreaterThan(120);
    expect(technique.help).not.toMatch(/\t| {2,}\S.*\|/);
    expect(technique.sources.filter((source) => source.trim() !== '').length).toBeGreaterThan(0);
    expect(technique.sharing.summary).toMatch(/\.$/);
    expect(technique.needs.length).toBeGreaterThan(0);
    expect(technique.keys.length).toBeGreaterThan(COMMON_KEYS.length);
    expect(new Set(technique.keys).size).toBe(technique.keys.length);
  });

  test('says of every operation why it works or not', () => {
    const { liveMigration, hotplug, snapshot, memoryOvercommit } = technique.operability;
    for (const { verdict, why } of [liveMigration, hotplug, snapshot, memoryOvercommit]) {
      expect(['yes', 'no', 'depends']).toContain(verdict);
      expect(why).toMatch(/\.$/);
    }
  });

  test('states each need as a rule that checks it or as a check of its own', () => {
    for (const need of technique.needs) expect((need.isMet === undefined) !== (need.rule === undefined), need.what).toBe(true);
  });

  test('has stages for what it carries', () => {
    const { carries, network, storage, compute } = technique;
    expect(network !== undefined).toBe(carries.includes('network'));
    expect(storage !== undefined).toBe(carries.includes('storage'));
    expect(compute !== undefined).toBe(carries.includes('compute'));
  });

  test('names the keys that its variants use', () => {
    for (const { device } of variants[name] ?? []) for (const key of Object.keys(device)) expect(technique.keys).toContain(key);
  });

  test('names exactly the costs on which its stages draw', async () => {
    const asked = new Set<CostId>();
    for (const { device, load, ...surroundings } of variants[name] ?? []) {
      for (const protocol of [{}, { isTcp: true }]) {
        for (const offloads of [undefined, [], ['csum', 'tso', 'gro', 'arfs']]) {
          const stated = offloads === undefined ? device : { ...device, offloads };
          const design = await probe(stated, surroundings, { ...load, ...protocol });
          paths(design);
          for (const id of design.asked) asked.add(id);
        }
      }
    }
    expect([...technique.costs].sort()).toEqual([...asked].sort());
  });
});

describe.each([...switchKinds])('%s', (name, kind) => {
  test('names exactly the costs on which its stages draw', async () => {
    const asked = new Set<CostId>();
    const options = [
      {},
      { conntrack: true, tunnel: 'vxlan', missRatio: 0.01 },
      { emc: false, subtables: 3 },
      { hwOffload: true, missRatio: 0.01 },
      { forwarding: 'cross-connect', policer: true },
      { forwarding: 'ipv4', routes: 1000, cpus: '2-3' },
      { forwarding: 'lisp', ringSize: 4096, cpus: '2-3' },
    ];
    const iommus = [{ mode: 'passthrough' }, { mode: 'translated' }, { mode: 'translated', strict: true }];
    for (const option of options) {
      for (const iommu of iommus) {
        for (const device of [
          { technique: 'virtio-net', connect: 'sw' },
          { technique: 'sriov-vf', from: 'nic0/p0', connect: 'sw' },
        ]) {
          const cpus = kind.runsIn === 'user-space' ? { cpus: '2-3' } : {};
          const host = {
            iommu: { state: 'on', ...iommu },
            kernel: { version: '3.14' },
            numa: { n0: { cpus: '0-15', cache: '10 MiB' } },
            switches: { sw: { kind: name, uplinks: ['nic0/p0'], ...cpus, ...option } },
          };
          const { topology, context, asked: costs } = await probe(device, { host });
          const [entity] = topology.hosts[0]?.switches ?? [];
          if (entity === undefined) throw new Error('no switch');
          const carrier = someThread(topology);
          kind.forward(context, entity, switchThread(entity, 'kernel'));
          const stages = [
            ...kind.forward(context, entity, carrier),
            ...kind.uplinkTransmit(context, entity, carrier),
            ...kind.uplinkReceive(context, entity),
          ];
          for (const stage of stages) expect(stage.serviceSec({ kind: 'packet', sizeBytes: 1500, share: 1 })).toBeGreaterThan(0);
          for (const id of costs) asked.add(id);
        }
      }
    }
    expect([...kind.costs].sort()).toEqual([...asked].sort());
  });

  function someThread(topology: Awaited<ReturnType<typeof probe>>['topology']): Thread {
    const [guest] = topology.hosts[0]?.guests ?? [];
    if (guest === undefined) throw new Error('no guest');
    const entity = instances(guest)[0]?.path ?? guest.path;
    return {
      id: 'carrier',
      role: 'vhost',
      host: guest.host,
      entity,
      cpus: undefined,
      width: 1,
      polls: false,
      weight: 100,
      clockHz: 3e9,
      isHostWork: true,
    };
  }
});

/** Costs that belong to no technique and no switch: the parts of a path that every design has. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'dma.read': 'PCIe stages of the simulator',
  'dma.write': 'PCIe stages of the simulator',
  'dma.remote': 'PCIe stages of the simulator, to memory of another node',
  'iotlb.miss': 'PCIe stages of the simulator, for translated DMA',
  'iotlb.walk': 'PCIe stages of the simulator, for translated DMA',
  'dma.read-cached': 'PCIe stages of the simulator, for buffers that stay in the cache',
  'dma.jitter': 'PCIe stages of the simulator',
  'host-stack.packet': 'the host itself as an end of a workload',
  'blk.handover': 'block layer of the host, by the scheduler of the medium',
  'host-block.submit': 'block layer of the host, for paths that go through it (`via`)',
  'blk.mq-deadline': 'block layer of the host, by the scheduler of the medium',
  'blk.bfq': 'block layer of the host, by the scheduler of the medium',
  'blk.kyber': 'block layer of the host, by the scheduler of the medium',
  'spdk.nvme': 'driver of the medium, for paths through user space (`via`)',
  'gpu.context-switch': 'GPU stages of the simulator, where clients take turns',
  'copy.tx': 'sending side of a TCP stack in the guest; workloads begin below it',
};

test('every cost of the table is used by a technique or a switch, or belongs to the simulator', () => {
  const used = new Set<CostId>([...techniques.values(), ...switchKinds.values()].flatMap((entry) => entry.costs));
  expect(costIds.filter((id) => !used.has(id)).sort()).toEqual(Object.keys(ELSEWHERE).sort());
});

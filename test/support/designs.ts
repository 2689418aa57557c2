import type { CostBook } from '../../src/catalog/costs/book.js';
import { costBook } from '../../src/catalog/costs/book.js';
import type { CostId } from '../../src/catalog/costs/index.js';
import { instancesOf } from '../../src/core/model/assign.js';
import type { Topology } from '../../src/core/model/topology.js';
import type { Operation, Stage } from '../../src/techniques/stage.js';
import type { LoadShape, PathContext, Technique } from '../../src/techniques/technique.js';
import { topologyOf } from './check.js';

/** What a small design says beside the one virtual device under test. */
export interface Surroundings {
  readonly guest?: object;
  readonly host?: object;
  readonly calibration?: object;
}

const HOST = {
  hypervisor: 'kvm',
  iommu: { state: 'on', mode: 'passthrough', interruptRemapping: true },
  numa: { n0: { cpus: '0-15', clock: '3 GHz', memory: '64 GiB', hugepages: { '1 GiB': 16 } } },
  pcie: { rp0: { kind: 'root-port', numa: 'n0', link: 'gen4 x16', acs: true } },
  devices: {
    nic0: {
      kind: 'nic',
      at: 'rp0',
      ports: { p0: { rate: '25 Gbit/s' } },
      functions: { f0: { port: 'p0', sriov: { supported: true, totalVfs: 8, vfs: 8 } } },
    },
    ssd0: { kind: 'nvme', namespaces: { ns1: { size: '1 TB' }, ns2: { size: '1 TB' } } },
    hba0: { kind: 'hba' },
    gpu0: {
      kind: 'gpu',
      gpu: { memory: '40 GiB', migSlices: 7 },
      partitions: { g0: { type: '3g.20gb' } },
      mediatedTypes: { 'nvidia-232': { maxInstances: 4 } },
    },
    dpu0: { kind: 'dpu', ports: { p0: { rate: '100 Gbit/s' } }, cores: '0-7', coreClock: '2 GHz' },
  },
  switches: {
    br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] },
    ovs0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'] },
    dpdk0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2-3' },
    vpp0: { kind: 'vpp', uplinks: ['nic0/p0'], cpus: '4' },
    tap0: { kind: 'macvtap', uplinks: ['nic0/p0'] },
    xdp0: { kind: 'xdp', uplinks: ['nic0/p0'] },
  },
  controllers: {
    io1: { kind: 'iothread', cpus: '5' },
    io2: { kind: 'iothread', cpus: '6', poll: 'always' },
    io3: { kind: 'iothread', cpus: '6', batch: 1 },
    vhost1: { kind: 'vhost-kernel' },
    spdk: { kind: 'vhost-user', cpus: '7' },
    vios0: { kind: 'vios', cpus: '8-9' },
    card: { kind: 'dpu', device: 'dpu0' },
  },
};

/** A design with one guest `vm` that has one virtual device `dev`. */
export function designWith(device: object, { guest = {}, host = {}, calibration }: Surroundings = {}): string {
  const vm = { kind: 'vm', vcpus: 4, cpus: '10-13', memory: '8 GiB', ...guest, devices: { dev: device } };
  return JSON.stringify({
    iovt: '1',
    hosts: { h1: { ...HOST, ...host, guests: { vm } } },
    ...(calibration === undefined ? {} : { calibration: { costs: calibration } }),
  });
}

export const QUIET: LoadShape = {
  name: 'load',
  flows: 1,
  segmentBytes: undefined,
  workingSetBytes: undefined,
  isSequential: false,
  cacheHitRatio: 0,
  workSec: 1e-3,
  direction: 'to-device',
  isTcp: false,
};

/** A context in which stages can be made, and a record of the costs that they asked for. */
export interface Probe {
  readonly topology: Topology;
  readonly context: PathContext;
  readonly technique: Technique;
  readonly asked: Set<CostId>;
}

export async function probe(device: object, surroundings: Surroundings = {}, load: Partial<LoadShape> = {}): Promise<Probe> {
  const topology = await topologyOf(designWith(device, surroundings));
  const [decl] = topology.virtualDevices;
  const instance = decl === undefined ? undefined : instancesOf(decl)[0];
  if (instance === undefined) throw new Error('the design has no virtual device');
  const asked = new Set<CostId>();
  const book = costBook(topology);
  const cost: CostBook = (id) => {
    asked.add(id);
    return book(id);
  };
  const context: PathContext = { topology, cost, instance, load: { ...QUIET, ...load } };
  return { topology, context, technique: instance.decl.technique as Technique, asked };
}

/** Every list of stages that a technique makes for a device, by name. */
export function paths({ technique, context }: Probe): Record<string, Stage[]> {
  const { network, storage, compute } = technique;
  return {
    ...(network === undefined ? {} : { transmit: network.transmit(context), receive: network.receive(context) }),
    ...(storage === undefined ? {} : { 'submit I/O': storage.submit(context), 'complete I/O': storage.complete(context) }),
    ...(compute === undefined ? {} : { 'submit job': compute.submit(context), 'complete job': compute.complete(context) }),
  };
}

export const packet = (sizeBytes: number): Operation => ({ kind: 'packet', sizeBytes, share: 1 });
export const read = (sizeBytes: number): Operation => ({ kind: 'read', sizeBytes, share: 1 });
export const write = (sizeBytes: number): Operation => ({ kind: 'write', sizeBytes, share: 1 });

/** Time that CPUs spend on one operation, of the guest, the host or both. */
export function cpuSec(stages: readonly Stage[], operation: Operation, whose: 'guest' | 'host' | 'all' = 'all'): number {
  return stages
    .filter(({ thread }) => thread !== undefined && (whose === 'all' || thread.isHostWork === (whose === 'host')))
    .reduce((sum, stage) => sum + stage.serviceSec(operation), 0);
}

/** All the time that an operation takes if it never waits and everybody sleeps. */
export function latencySec(stages: readonly Stage[], operation: Operation): number {
  return stages.reduce((sum, stage) => sum + stage.serviceSec(operation) + (stage.wakeSec ?? 0), 0);
}

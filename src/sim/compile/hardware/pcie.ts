import type { CostId } from '../../../catalog/costs/index.js';
import type { Device } from '../../../core/model/device.js';
import { valueOf } from '../../../core/model/fact.js';
import { guestCpus } from '../../../core/model/guest.js';
import { type NumaNode, numaNodeOf, type PciePort, portsAbove } from '../../../core/model/pcie.js';
import { intersection } from '../../../core/units/cpu-set.js';
import { linkBitsPerSec, type PcieLink } from '../../../core/units/pcie-link.js';
import { delay } from '../../../techniques/path/cpu.js';
import type { Operation, Stage, Station } from '../../../techniques/stage.js';
import type { PathContext } from '../../../techniques/technique.js';

/**
 * What is left of the raw rate of a link after acknowledgements, flow control and SKP sets.
 * Calibrated: large transfers of the NFP-6000 reach 0.944 to 0.951, a Gen3 x4 SSD 0.939 (pcie-bench data; SPDK a73acd9fa5).
 * The guideline of the specification, 0.9186 for Gen3 x8, is lower than what real links do.
 */
const LINK_EFFICIENCY = 0.945;

/**
 * Symbols between acknowledgements that the specification allows, by maximum payload, then for x1, x2, x4, x8, x12, x16, x32.
 * Later generations add a constant. Source: PCI Express Base Specification, ack latency limits; pcie-bench/pcie-model, pcie.py.
 */
const ACK_LIMITS: readonly (readonly [maxPayload: number, limits: readonly number[]])[] = [
  [128, [237, 128, 73, 67, 58, 48, 33]],
  [256, [416, 217, 118, 107, 90, 72, 45]],
  [512, [559, 289, 154, 86, 109, 86, 52]],
  [1024, [1071, 545, 282, 150, 194, 150, 84]],
  [2048, [2095, 1057, 538, 278, 365, 278, 148]],
  [4096, [4143, 2081, 1050, 534, 706, 534, 276]],
];
const ACK_LANES = [1, 2, 4, 8, 12, 16, 32];
const ACK_MORE = [0, 0, 51, 96];

/**
 * What published models leave of a link: an acknowledgement and a flow control update of 8 B in each limit, SKP sets of 4 B
 * in 1538. Source: pcie-bench/pcie-model, pcie.py (SIGCOMM 2018): 0.9186 for Gen3 x8 and 256 B.
 */
export function guidelineEfficiency({ generation, lanes }: PcieLink, maxPayload: number): number {
  const [, limits] = ACK_LIMITS.find(([size]) => maxPayload <= size) ?? (ACK_LIMITS.at(-1) as (typeof ACK_LIMITS)[number]);
  const column = ACK_LANES.findIndex((count) => lanes <= count);
  const limit = (limits[column < 0 ? limits.length - 1 : column] as number) + (ACK_MORE[Math.min(3, generation)] as number);
  return 1 - (8 / limit + 8 / limit + 4 / 1538);
}

/** Links interleave packets, so that a large transfer holds nobody up: what is sent before others have their turn. */
const INTERLEAVED_BYTES = 4096;

/** Bytes that a packet carries besides its payload, 64-bit addresses, no ECRC. Source: pcie-bench/pcie-model, pcie.py. */
const REQUEST_OVERHEAD_BYTES = 24;
const COMPLETION_OVERHEAD_BYTES = 20;

/** Bytes on a link, towards the host and towards the device. */
export interface PcieBytes {
  readonly up: number;
  readonly down: number;
}

/** Payload and read-request sizes in use on a device. */
interface PcieSizes {
  readonly maxPayload: number;
  readonly maxReadRequest: number;
}

/** The device writes `size` bytes to memory. */
export function writeBytes(size: number, { maxPayload }: PcieSizes): PcieBytes {
  return { up: size + Math.ceil(size / maxPayload) * REQUEST_OVERHEAD_BYTES, down: 0 };
}

/** The device reads `size` bytes from memory. */
export function readBytes(size: number, { maxPayload, maxReadRequest }: PcieSizes): PcieBytes {
  return {
    up: Math.ceil(size / maxReadRequest) * REQUEST_OVERHEAD_BYTES,
    down: size + Math.ceil(size / maxPayload) * COMPLETION_OVERHEAD_BYTES,
  };
}

export function sum(...parts: readonly PcieBytes[]): PcieBytes {
  return { up: parts.reduce((n, p) => n + p.up, 0), down: parts.reduce((n, p) => n + p.down, 0) };
}

export function times(bytes: PcieBytes, factor: number): PcieBytes {
  return { up: bytes.up * factor, down: bytes.down * factor };
}

export function sizesOf(device: Device): PcieSizes {
  return { maxPayload: valueOf(device.facts.maxPayload) ?? 256, maxReadRequest: valueOf(device.facts.maxReadRequest) ?? 512 };
}

/** Links between a device and the root complex, the nearest first, with what they carry in one direction. */
export function linksOf(device: Device): { entity: string; link: PcieLink }[] {
  const own = valueOf(device.facts.link);
  const ports = portsAbove(device).filter((port) => hasLink(port));
  if (ports.length === 0) return own === undefined ? [] : [{ entity: device.path, link: own }];
  return ports.flatMap((port, i) => {
    const slot = valueOf(port.facts.link);
    const link = i === 0 ? narrower(own, slot) : slot;
    return link === undefined ? [] : [{ entity: port.path, link }];
  });
}

function hasLink(port: PciePort): boolean {
  const kind = valueOf(port.facts.kind);
  return kind === 'root-port' || kind === 'switch-downstream';
}

/** Two ends train to what both can do. */
function narrower(a: PcieLink | undefined, b: PcieLink | undefined): PcieLink | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { generation: a.generation < b.generation ? a.generation : b.generation, lanes: Math.min(a.lanes, b.lanes) };
}

/**
 * Bytes of an operation over every link from a device to the root, in both directions.
 *
 * @param queue what the device serves in turn (the submission queues of a drive); the device as a whole if left out
 */
export function transfer(
  context: PathContext,
  device: Device,
  label: string,
  bytes: (operation: Operation) => PcieBytes,
  queue?: string,
): Stage[] {
  const isGuideline = valueOf(context.topology.facts.calibration.pcie.efficiency) === 'guideline';
  return linksOf(device).flatMap(({ entity, link }) => {
    const efficiency = isGuideline ? guidelineEfficiency(link, sizesOf(device).maxPayload) : LINK_EFFICIENCY;
    const bitsPerSec = linkBitsPerSec(link) * efficiency;
    return (['up', 'down'] as const).map((direction): Stage => {
      const station: Station = {
        id: `${entity}:${direction}`,
        kind: 'pcie',
        entity,
        servers: 1,
        discipline: 'fair',
        chunkSec: (INTERLEAVED_BYTES * 8) / bitsPerSec,
      };
      return {
        label: `${label}, PCIe ${direction}`,
        station,
        user: { id: queue ?? device.path, weight: 1, priority: 0 },
        serviceSec: (operation) => (bytes(operation)[direction] * 8) / bitsPerSec,
        costs: [],
      };
    });
  });
}

/** Where the buffers of a guest lie: the node its memory is bound to, or the one its CPUs are on. */
export function memoryNodeOf(context: PathContext): NumaNode | undefined {
  const { decl } = context.instance.guest;
  const bound = valueOf(decl.memory.nodes);
  const first = bound === undefined ? undefined : 'text' in bound ? bound : bound[0];
  const node = first?.as('numa-node');
  if (node !== undefined) return node;
  const cpus = valueOf(guestCpus(decl));
  const { numaNodes } = decl.host;
  if (cpus === undefined) return numaNodes.length === 1 ? numaNodes[0] : undefined;
  const touched = numaNodes.filter((n) => {
    const own = valueOf(n.facts.cpus);
    return own !== undefined && intersection(own, cpus).size > 0;
  });
  return touched.length === 1 ? touched[0] : undefined;
}

/**
 * Latency of one DMA access and the memory it goes through: another NUMA node is further away, a translation that is not
 * in the IOTLB takes a page walk.
 */
export function memoryAccess(
  context: PathContext,
  device: Device,
  kind: 'dma.read' | 'dma.write',
  bytes: (operation: Operation) => number,
): Stage[] {
  const memory = memoryNodeOf(context);
  const near = numaNodeOf(device);
  const isCached = kind === 'dma.read' && fitsCache(context, memory);
  const stages: Stage[] = [delay(context, kind === 'dma.read' ? 'DMA read' : 'DMA write', isCached ? 'dma.read-cached' : kind)];
  if (context.cost('dma.jitter').quantity.value > 0)
    stages.push(delay(context, 'uncore power state', 'dma.jitter', { law: 'exponential' }));
  if (memory !== undefined && near !== undefined && memory !== near) {
    const { latency } = device.host.facts.interconnect;
    const crossing = delay(context, 'remote NUMA node', 'dma.remote');
    stages.push(latency.state === 'known' ? { ...crossing, serviceSec: () => latency.value, costs: [] } : crossing);
    const bandwidth = valueOf(device.host.facts.interconnect.bandwidth);
    if (bandwidth !== undefined)
      stages.push(throughput(`${device.host.path}:interconnect`, device.host.path, 'socket interconnect', bandwidth, bytes));
  }
  const bandwidth = memory === undefined ? undefined : valueOf(memory.facts.memoryBandwidth);
  if (memory !== undefined && bandwidth !== undefined)
    stages.push(throughput(`${memory.path}:memory`, memory.path, 'memory', bandwidth, bytes));
  stages.push(...translation(context, device, bytes));
  return stages;
}

/** Whether the buffers of a flow stay in the last-level cache. */
function fitsCache(context: PathContext, memory: NumaNode | undefined): boolean {
  const { workingSetBytes } = context.load;
  const cache = memory === undefined ? undefined : valueOf(memory.facts.cache);
  return workingSetBytes !== undefined && cache !== undefined && workingSetBytes <= cache;
}

function throughput(id: string, entity: string, label: string, bytesPerSec: number, bytes: (operation: Operation) => number): Stage {
  return {
    label,
    station: { id, kind: 'memory', entity, servers: 1, discipline: 'fair', chunkSec: INTERLEAVED_BYTES / bytesPerSec },
    serviceSec: (operation) => bytes(operation) / bytesPerSec,
    costs: [],
  };
}

/**
 * Misses of the IOTLB for a function that a guest drives: hit ratio min(1, reach / working set) for buffers that are used
 * at random, fitted to pcie-bench window sweeps; misses of all devices share the page walker. An operation waits for one
 * miss; its further pages are walked while it goes on.
 */
function translation(context: PathContext, device: Device, bytes: (operation: Operation) => number): Stage[] {
  const { host } = device;
  const workingSet = context.load.workingSetBytes;
  const isTranslated = context.instance.decl.technique?.takes !== undefined && valueOf(host.facts.iommu.state) === 'on';
  if (!isTranslated || workingSet === undefined) return [];
  const pageSize = pageSizeOf(context);
  const reach = (valueOf(host.facts.iommu.iotlbEntries) ?? 64) * pageSize;
  const missRatio = 1 - Math.min(1, reach / workingSet);
  if (missRatio === 0) return [];
  const miss = context.cost('iotlb.miss' satisfies CostId);
  const walk = context.cost('iotlb.walk' satisfies CostId);
  const walker: Station = { id: `${host.path}:iommu`, kind: 'lock', entity: host.path, servers: 1, discipline: 'fifo' };
  return [
    { label: 'IOTLB miss', serviceSec: () => Math.max(0, miss.quantity.value - walk.quantity.value) * missRatio, costs: [miss] },
    {
      label: 'page walk',
      station: walker,
      serviceSec: (operation) => walk.quantity.value * missRatio * Math.ceil(bytes(operation) / pageSize),
      costs: [walk],
    },
  ];
}

function pageSizeOf(context: PathContext): number {
  const { decl } = context.instance.guest;
  const { pageSize } = decl.host.facts.iommu;
  if (pageSize.state === 'known') return pageSize.value;
  return valueOf(decl.memory.hugepages) ?? valueOf(pageSize) ?? 4096;
}

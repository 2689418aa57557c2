import type { Device, NicPort } from '../../../core/model/device.js';
import type { Network } from '../../../core/model/document.js';
import { valueOf } from '../../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../../core/model/function.js';
import type { Operation, Stage, Station, User } from '../../../techniques/stage.js';
import type { PathContext } from '../../../techniques/technique.js';
import { shaper } from '../shaper.js';
import { memoryAccess, type PcieBytes, readBytes, sizesOf, sum, times, transfer, writeBytes } from './pcie.js';
import { scheduling } from './traffic-classes.js';

/** Preamble, start delimiter and gap of an Ethernet frame. Source: IEEE 802.3; pcie-bench/pcie-model, eth.py. */
const WIRE_OVERHEAD_BYTES = 20;
const DESCRIPTOR_BYTES = 16;
const POINTER_BYTES = 4;
/** A memory write of a pointer or an interrupt message, and the read of a register by the host. */
const POINTER_WRITE = POINTER_BYTES + 24;

/** How often a driver touches the NIC. Source: pcie-bench/pcie-model, niantic.py. */
interface DriverModel {
  /** `simple`: one of everything for each packet; `simple-2018`: as it was published, without the fetch of the receive descriptor upstream. */
  readonly kind: 'batched' | 'simple' | 'simple-2018';
  readonly descriptorBatch: number;
  readonly writeBackBatch: number;
  readonly interruptEvery: number;
  readonly tailEvery: number;
  /** Free receive buffers are handed over in batches; the NIC fetches and writes back their descriptors one by one. */
  readonly freeListBatch: number;
  /** Reads of registers by the driver: packets for each; 0: none. */
  readonly transmitHeadEvery: number;
  readonly receiveHeadEvery: number;
}

const KERNEL_DRIVER: DriverModel = {
  kind: 'batched',
  descriptorBatch: 40,
  writeBackBatch: 8,
  interruptEvery: 32,
  tailEvery: 1,
  freeListBatch: 32,
  transmitHeadEvery: 1,
  receiveHeadEvery: 8,
};
/** No interrupts, no register reads, doorbells in batches. */
const POLL_MODE_DRIVER: DriverModel = {
  ...KERNEL_DRIVER,
  interruptEvery: 0,
  transmitHeadEvery: 0,
  receiveHeadEvery: 0,
  tailEvery: 32,
};

/** The host reads a register of 4 B: a request down, a completion up. */
const HEAD_READ: PcieBytes = { up: 24, down: 24 };

function every(bytes: PcieBytes, packets: number): PcieBytes {
  return packets === 0 ? { up: 0, down: 0 } : times(bytes, 1 / packets);
}

function driverOf(context: PathContext, pollMode: boolean): DriverModel {
  const kind = valueOf(context.topology.facts.calibration.pcie.nic) ?? 'driver';
  const driver = pollMode ? POLL_MODE_DRIVER : KERNEL_DRIVER;
  return kind === 'driver' ? driver : { ...driver, kind };
}

/** What a function of a NIC is to the scheduler inside it. */
export function vport(fn: PhysicalFunction | VirtualFunction, weight = 1, priority = 0): User {
  return { id: fn.path, weight, priority };
}

/** Data, descriptors, doorbells and interrupts of one frame that the NIC fetches from memory. */
export function transmitBytes(size: number, device: Device, driver: DriverModel): PcieBytes {
  const sizes = sizesOf(device);
  const payload = Math.max(0, size - 4); // the NIC adds the frame check sequence
  if (driver.kind !== 'batched') {
    // Tail pointer and head read by the host, one descriptor, the data, an interrupt.
    return sum(readBytes(payload, sizes), readBytes(DESCRIPTOR_BYTES, sizes), {
      up: POINTER_WRITE + HEAD_READ.up,
      down: POINTER_WRITE + HEAD_READ.down,
    });
  }
  return sum(
    readBytes(payload, sizes),
    times(readBytes(driver.descriptorBatch * DESCRIPTOR_BYTES, sizes), 1 / driver.descriptorBatch),
    times(writeBytes(driver.writeBackBatch * DESCRIPTOR_BYTES, sizes), 1 / driver.writeBackBatch),
    { up: driver.interruptEvery === 0 ? 0 : POINTER_WRITE / driver.interruptEvery, down: POINTER_WRITE / driver.tailEvery },
    every(HEAD_READ, driver.transmitHeadEvery),
  );
}

/** The same for a frame that the NIC writes to memory. */
export function receiveBytes(size: number, device: Device, driver: DriverModel): PcieBytes {
  const sizes = sizesOf(device);
  const payload = Math.max(0, size - 4);
  if (driver.kind !== 'batched') {
    const fetch = readBytes(DESCRIPTOR_BYTES, sizes);
    return sum(
      writeBytes(payload, sizes),
      driver.kind === 'simple-2018' ? { ...fetch, up: 0 } : fetch,
      writeBytes(DESCRIPTOR_BYTES, sizes),
      { up: POINTER_WRITE + HEAD_READ.up, down: POINTER_WRITE + HEAD_READ.down },
    );
  }
  const batch = valueOf(device.facts.receiveDescriptorBatch) ?? 1;
  return sum(
    writeBytes(payload, sizes),
    times(readBytes(batch * DESCRIPTOR_BYTES, sizes), 1 / batch),
    writeBytes(DESCRIPTOR_BYTES, sizes),
    { up: driver.interruptEvery === 0 ? 0 : POINTER_WRITE / driver.interruptEvery, down: POINTER_WRITE / driver.freeListBatch },
    every(HEAD_READ, driver.receiveHeadEvery),
  );
}

/** A frame goes from memory into the NIC. `pollMode`: the driver at this function polls. */
export function fetchFrame(context: PathContext, fn: PhysicalFunction | VirtualFunction, pollMode: boolean): Stage[] {
  const { device } = fn;
  const driver = driverOf(context, pollMode);
  return [
    ...memoryAccess(context, device, 'dma.read', (operation) => operation.sizeBytes),
    ...transfer(context, device, 'transmit', (operation) => transmitBytes(operation.sizeBytes, device, driver)),
    ...engine(device, 'tx'),
  ];
}

/** A frame goes from the NIC into memory. */
export function deliverFrame(context: PathContext, fn: PhysicalFunction | VirtualFunction, pollMode: boolean): Stage[] {
  const { device } = fn;
  const driver = driverOf(context, pollMode);
  return [
    ...engine(device, 'rx'),
    ...transfer(context, device, 'receive', (operation) => receiveBytes(operation.sizeBytes, device, driver)),
    ...memoryAccess(context, device, 'dma.write', (operation) => operation.sizeBytes),
  ];
}

/** The packet processor of the NIC, where it is slower than the wires. It handles both directions at once. */
function engine(device: Device, direction: 'rx' | 'tx'): Stage[] {
  const latency = valueOf(device.facts.latency) ?? 0;
  const rate = valueOf(device.facts.packetRate);
  const stages: Stage[] = [{ label: 'NIC', serviceSec: () => latency, costs: [] }];
  if (rate !== undefined) {
    const station: Station = { id: `${device.path}:engine-${direction}`, kind: 'nic', entity: device.path, servers: 1, discipline: 'fair' };
    stages.push({ label: 'NIC packet rate', station, serviceSec: () => 1 / rate, costs: [] });
  }
  return stages;
}

/** Frames between functions of one NIC never see a wire; the packet processor handles them twice. */
export function hairpin(device: Device): Stage[] {
  const rate = valueOf(device.facts.hairpinPacketRate);
  if (rate === undefined) return [];
  const station: Station = { id: `${device.path}:hairpin`, kind: 'nic', entity: device.path, servers: 1, discipline: 'fair' };
  return [{ label: 'NIC hairpin rate', station, serviceSec: () => 1 / rate, costs: [] }];
}

/** The cap that the NIC enforces on what a VF sends. */
export function vfRateLimit(path: string, maxRateBitsPerSec: number | undefined): Stage[] {
  if (maxRateBitsPerSec === undefined || maxRateBitsPerSec <= 0) return [];
  return [
    shaper(
      `${path}:maxRate`,
      path,
      'VF maximum rate',
      (operation) => (operation.sizeBytes * 8) / maxRateBitsPerSec,
      (WIRE_BURST_BYTES * 8) / maxRateBitsPerSec,
    ),
  ];
}

/** A NIC lets a few large frames through at once before it shapes. Assumed, not measured. */
const WIRE_BURST_BYTES = 64 * 1024;

/** A frame on the wire between a port and a network, at the rate of the slower end. */
export function wire(port: NicPort, direction: 'tx' | 'rx', user: User, network: Network): Stage[] {
  const rates = [valueOf(port.facts.rate), valueOf(network.facts.rate)].filter((value) => value !== undefined);
  if (rates.length === 0) return [];
  const rate = Math.min(...rates);
  const { discipline, user: sender } = direction === 'tx' ? scheduling(port, user) : { discipline: 'fair' as const, user };
  const station: Station = {
    id: `${port.path}:${direction}`,
    kind: 'wire',
    entity: port.path,
    servers: 1,
    discipline,
  };
  const stages: Stage[] = [
    {
      label: direction === 'tx' ? 'wire out' : 'wire in',
      station,
      user: sender,
      serviceSec: (operation) => wireSec(operation, rate),
      costs: [],
    },
  ];
  const total = valueOf(port.device.facts.totalRate);
  if (total !== undefined) {
    const station: Station = {
      id: `${port.device.path}:total-${direction}`,
      kind: 'nic',
      entity: port.device.path,
      servers: 1,
      discipline: 'fair',
    };
    stages.push({ label: 'all ports together', station, user, serviceSec: (operation) => wireSec(operation, total), costs: [] });
  }
  const packets = valueOf(port.facts.packetRate);
  if (packets !== undefined) {
    const limit: Station = { id: `${port.path}:${direction}-packets`, kind: 'nic', entity: port.path, servers: 1, discipline: 'fair' };
    stages.push({ label: 'port packet rate', station: limit, user, serviceSec: () => 1 / packets, costs: [] });
  }
  return stages;
}

export function wireSec(operation: Operation, rateBitsPerSec: number): number {
  return ((operation.sizeBytes + WIRE_OVERHEAD_BYTES) * 8) / rateBitsPerSec;
}

/** The time a frame spends in the physical network; its port towards a NIC is the wire of that NIC. */
export function networkHop(network: Network): Stage[] {
  const latency = valueOf(network.facts.latency) ?? 0;
  return [{ label: 'network', serviceSec: () => latency, costs: [] }];
}

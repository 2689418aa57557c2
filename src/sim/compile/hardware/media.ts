import type { Device, Namespace } from '../../../core/model/device.js';
import { type Fact, valueOf } from '../../../core/model/fact.js';
import { mediaOf, type Volume } from '../../../core/model/volume.js';
import type { Operation, Stage, Station, User } from '../../../techniques/stage.js';
import type { PathContext } from '../../../techniques/technique.js';
import { memoryAccess, readBytes, sizesOf, sum, transfer, writeBytes } from './pcie.js';

/** Bytes of a submission and a completion entry of NVMe. Source: NVM Express base specification. */
const COMMAND_BYTES = 64;
const COMPLETION_BYTES = 16;

/** Where nobody says what a medium can do. Assumed, not measured: a mid-range NVMe drive, and a 7200 rpm disk. */
const DEFAULT_SSD = {
  readIops: 500_000,
  writeIops: 100_000,
  readBandwidth: 3e9,
  writeBandwidth: 1.5e9,
  readLatency: 90e-6,
  writeLatency: 20e-6,
};
const DEFAULT_DISK = { readIops: 150, writeIops: 150, readBandwidth: 180e6, writeBandwidth: 180e6, readLatency: 8e-3, writeLatency: 8e-3 };

type Medium = Namespace | Device | Volume;

/** How many members of a volume an operation can go to. */
export function memberCount(medium: Medium | undefined): number {
  if (medium?.kind !== 'volume') return 1;
  const kind = valueOf(medium.facts.kind);
  return kind === 'raid0' || kind === 'raid1' || kind === 'zfs' ? Math.max(1, mediaOf(medium).length) : 1;
}

/** The medium itself and the way of the data over PCIe, for whoever is behind `user`. */
export function mediumStages(context: PathContext, medium: Medium, user: User, viaHostKernel: boolean): Stage[] {
  const scheduler = viaHostKernel ? schedulerStages(context, medium) : [];
  if (medium.kind === 'volume' && valueOf(medium.facts.kind) === 'remote') return [...scheduler, ...remoteStages(medium)];
  const members = mediaOf(medium);
  const isMirror = medium.kind === 'volume' && valueOf(medium.facts.kind) === 'raid1';
  const readsFirstOnly = medium.kind === 'volume' && valueOf(medium.facts.readFrom) === 'first';
  const stages = members.flatMap((member, i) => {
    const device = member.kind === 'namespace' ? member.device : member;
    const serves = (operation: Operation): boolean => {
      if (operation.isCached === true) return false;
      if (isMirror && operation.kind === 'write') return true;
      if (isMirror && readsFirstOnly) return i === 0;
      return i === (operation.member ?? 0);
    };
    return deviceStages(
      context,
      device,
      served(user, device, viaHostKernel ? sharingOf(medium, device) : undefined),
      serves,
      isMirror && i > 0,
    );
  });
  return [...scheduler, ...stages];
}

/** Outstanding reads at which data sheets and reviews find the rate of a drive. */
const RATED_DEPTH = 256;
/** Part of the latency of a lone read for which it occupies a channel; the rest is firmware, and varies. Assumed, not measured. */
const CHANNEL_PART = 0.85;

/**
 * Channels of a drive (dies, planes), so that a read finds its own busy as often as measured. With n reads outstanding over M
 * channels each holds n/M on average; a channel with constant service s and load r holds r + r²/(2(1-r)) (Pollaczek and
 * Khinchine), and the drive reads M r / s. Solved for the rate of the data sheet at its depth.
 */
export function channelsFor(readIops: number, channelSec: number): number {
  const busy = readIops * channelSec;
  let channels = Math.max(1, busy);
  for (let i = 0; i < 50; i++) {
    const held = RATED_DEPTH / channels;
    // r + r²/(2(1-r)) = held, the root below 1.
    const load = 1 + held - Math.sqrt(1 + held * held);
    channels = Math.max(1, busy / Math.min(1, load));
  }
  return Math.min(MAX_CHANNELS, Math.max(1, Math.round(channels)));
}

const MAX_CHANNELS = 512;

/**
 * One drive. Reads go to one of its channels by chance and wait there for others; writes end in its buffer. Behind both lies
 * what the drive does in all, shared by its users in turn: r/R + w/W <= 1, and its bandwidth.
 *
 * @param isSecondCopy the second copy of a mirrored write goes on at the same time as the first: it takes capacity, no time.
 */
function deviceStages(
  context: PathContext,
  device: Device,
  user: User,
  serves: (operation: Operation) => boolean,
  isSecondCopy: boolean,
): Stage[] {
  const { storage } = device.facts;
  const fallback = valueOf(storage.rotational) === true ? DEFAULT_DISK : DEFAULT_SSD;
  const pick = (fact: Fact<number>, other: number) => valueOf(fact) ?? other;
  const iops = { read: pick(storage.readIops, fallback.readIops), write: pick(storage.writeIops, fallback.writeIops) };
  const bandwidth = {
    read: pick(storage.readBandwidth, fallback.readBandwidth),
    write: pick(storage.writeBandwidth, fallback.writeBandwidth),
  };
  const latency = { read: pick(storage.readLatency, fallback.readLatency), write: pick(storage.writeLatency, fallback.writeLatency) };
  const direction = (operation: Operation) => (operation.kind === 'write' ? 'write' : 'read');
  const isSequentialDisk = valueOf(storage.rotational) === true && context.load.isSequential;
  const shareSec = (operation: Operation) => {
    const d = direction(operation);
    const transferSec = operation.sizeBytes / bandwidth[d];
    return isSequentialDisk ? transferSec : Math.max(1 / iops[d], transferSec);
  };
  const station: Station = {
    id: `${device.path}:media`,
    kind: 'medium',
    entity: device.path,
    servers: 1,
    discipline: 'fair',
    // Arbitration between submission queues takes whole commands, whatever their size. Source: NVM Express base specification, 3.4.4.
    ...(device.deviceKind === 'nvme'
      ? { turnsCountOperations: true }
      : { chunkSec: INTERLEAVED_BYTES / Math.max(bandwidth.read, bandwidth.write) }),
  };
  const isRotational = valueOf(storage.rotational) === true;
  // Latencies are those a host sees: the way over PCIe is in them, and so is the controller.
  const channelSec = Math.max(1e-9, CHANNEL_PART * (latency.read - shareSec({ kind: 'read', sizeBytes: 4096, share: 1 }) - PCIE_PART_SEC));
  const channels: Station = {
    id: `${device.path}:channels`,
    kind: 'medium',
    entity: device.path,
    servers: isRotational ? 1 : (valueOf(storage.parallelism) ?? channelsFor(iops.read, channelSec)),
    discipline: 'channels',
  };
  const only = (value: (operation: Operation) => number) => (operation: Operation) => (serves(operation) ? value(operation) : 0);
  const readSec = only((operation) => (operation.kind === 'write' || isRotational ? 0 : channelSec));
  const accessSec = only((operation) => {
    if (isSequentialDisk || (isSecondCopy && operation.kind === 'write')) return 0;
    const channel = operation.kind === 'write' || isRotational ? 0 : channelSec;
    return Math.max(0, latency[direction(operation)] - channel - shareSec(operation) - PCIE_PART_SEC);
  });
  return [
    ...pcieStages(context, device, user, serves),
    { label: 'media', station, user, serviceSec: only(shareSec), costs: [] },
    { label: 'flash channel', station: channels, serviceSec: readSec, costs: [] },
    { label: 'media access', serviceSec: accessSec, law: 'erlang4', costs: [] },
  ];
}

/**
 * How the block layer of the host divides a medium by weight. BFQ counts sectors (B-WF2Q+ over budgets); io.cost counts what a linear
 * model says a request takes of the device, which is the time of the medium here. What one does not use goes to the others.
 * Sources: Linux Documentation/block/bfq-iosched.rst; block/blk-iocost.c.
 */
function sharingOf(medium: Medium, device: Device): User['turn'] {
  const { scheduler, ioCost } = medium.facts;
  if ((valueOf(scheduler) ?? valueOf(device.facts.scheduler)) === 'bfq') return 'bytes';
  return valueOf(ioCost) === true || valueOf(device.facts.ioCost) === true ? 'time' : undefined;
}

/** Weights of submission queues count where the controller arbitrates by them; round robin knows none. */
function served(user: User, device: Device, sharing: User['turn']): User {
  if (sharing !== undefined) return { ...user, turn: sharing };
  return valueOf(device.facts.arbitration) === 'wrr' ? user : { ...user, weight: 1 };
}

/** What DMA and PCIe take of a 4 KiB read: a fetch of the command, the data, the completion. */
const PCIE_PART_SEC = 1.5e-6;
/** A large transfer does not keep the drive from others until it is done. */
const INTERLEAVED_BYTES = 16384;

/** Command, data and completion of an NVMe drive; disks behind an HBA move their data over the link of the HBA. */
function pcieStages(context: PathContext, device: Device, user: User, serves: (operation: Operation) => boolean): Stage[] {
  const adapter = valueOf(device.facts.at)?.as('device') ?? device;
  const sizes = sizesOf(adapter);
  const bytes = (operation: Operation) => {
    if (!serves(operation)) return { up: 0, down: 0 };
    const data = operation.kind === 'write' ? readBytes(operation.sizeBytes, sizes) : writeBytes(operation.sizeBytes, sizes);
    return sum(data, readBytes(COMMAND_BYTES, sizes), writeBytes(COMPLETION_BYTES, sizes), { up: 28, down: 28 });
  };
  const access = memoryAccess(context, adapter, 'dma.read', (operation) => operation.sizeBytes).map((stage) => ({
    ...stage,
    serviceSec: (operation: Operation) => (serves(operation) ? stage.serviceSec(operation) : 0),
  }));
  return [...access, ...transfer(context, adapter, 'I/O', bytes, `${adapter.path} ${user.id}`)];
}

function remoteStages(volume: Volume): Stage[] {
  const rate = valueOf(volume.facts.rate);
  const latency = valueOf(volume.facts.latency) ?? 500e-6; // assumed, not measured
  const skip = (value: (operation: Operation) => number) => (operation: Operation) => (operation.isCached === true ? 0 : value(operation));
  const stages: Stage[] = [{ label: 'remote storage', serviceSec: skip(() => latency), law: 'erlang4', costs: [] }];
  if (rate !== undefined) {
    const bitsPerSec = rate.base === 'B/s' ? rate.value * 8 : rate.value;
    const station: Station = { id: `${volume.path}:remote`, kind: 'remote', entity: volume.path, servers: 1, discipline: 'fair' };
    stages.push({
      label: 'remote storage rate',
      station,
      serviceSec: skip((operation) => (operation.sizeBytes * 8) / bitsPerSec),
      costs: [],
    });
  }
  return stages;
}

/** Part of each request goes on behind the lock of the block scheduler. */
function schedulerStages(context: PathContext, medium: Medium): Stage[] {
  const name = valueOf(medium.facts.scheduler) ?? 'none';
  const id = name === 'mq-deadline' ? 'blk.mq-deadline' : name === 'bfq' ? 'blk.bfq' : name === 'kyber' ? 'blk.kyber' : undefined;
  if (id === undefined) return [];
  const cost = context.cost(id);
  const handover = context.cost('blk.handover');
  // One CPU alone finds the lock in its own cache.
  const more = (valueOf(context.instance.decl.guest.facts.vcpus) ?? 1) > 1 ? handover.quantity.value : 0;
  const station: Station = { id: `${medium.path}:scheduler`, kind: 'lock', entity: medium.path, servers: 1, discipline: 'fifo' };
  return [
    {
      label: `${name} scheduler`,
      station,
      serviceSec: (operation) => (operation.isCached === true ? 0 : cost.quantity.value + more),
      costs: more > 0 ? [cost, handover] : [cost],
    },
  ];
}

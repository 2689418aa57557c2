import { valueOf } from '../../core/model/fact.js';
import type { LimitFacts } from '../../core/model/facts.generated.js';
import type { VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import type { Quantity } from '../../core/units/quantity.js';
import type { Operation, Stage, Station, User } from '../../techniques/stage.js';

/** A token bucket as a stage. `burstSec` is the time its full bucket lasts at the limited rate. */
export function shaper(
  id: string,
  entity: string,
  label: string,
  serviceSec: (operation: Operation) => number,
  burstSec: number,
  sliceSec = 0,
): Stage {
  return { label, station: { id, kind: 'shaper', entity, servers: 1, discipline: 'fifo', burstSec, sliceSec }, serviceSec, costs: [] };
}

/** QEMU lets a tenth of a second of its average through at once. Source: QEMU util/throttle.c. */
const QEMU_BURST_SEC = 0.1;
/** Least rates that SPDK takes. Source: SPDK lib/bdev/bdev.c. */
const SPDK_LEAST_IOPS = 1000;
const SPDK_LEAST_BITS = 8 * 2 ** 20;
/** SPDK grants tokens for slices of so long. Source: SPDK lib/bdev/bdev.c. */
const SPDK_SLICE_SEC = 0.001;
/** Where no burst is stated: assumed, not measured. */
const DEFAULT_BURST_SEC = 0.001;

type Side = 'transmit' | 'receive' | 'storage';

/** The buckets of `limit` that an operation of a device passes. Devices of one group share theirs. */
export function limitStages(instance: VirtualDeviceInstance, side: Side): Stage[] {
  const { limit } = instance.decl.facts;
  const group = valueOf(limit.group);
  const base = group === undefined ? instance.path : `${instance.decl.guest.host.path}/limit-${group}`;
  const make = (
    key: string,
    label: string,
    perSec: number | undefined,
    amount: (operation: Operation) => number,
    burst?: number,
  ): Stage[] => {
    if (perSec === undefined || perSec <= 0) return [];
    const rate = valueOf(limit.by) === 'spdk' ? Math.max(perSec, key.endsWith('iops') ? SPDK_LEAST_IOPS : SPDK_LEAST_BITS) : perSec;
    const burstSec = burst === undefined ? defaultBurst(limit) : burst / rate;
    const sliceSec = valueOf(limit.by) === 'spdk' ? SPDK_SLICE_SEC : 0;
    return [shaper(`${base}:${key}`, instance.path, label, (operation) => amount(operation) / rate, burstSec, sliceSec)];
  };
  const bits = (operation: Operation) => operation.sizeBytes * 8;
  const burstBits = valueOf(limit.burst) === undefined ? undefined : (valueOf(limit.burst) as number) * 8;
  if (side === 'transmit') {
    const borrowed = borrowing(instance, base, burstBits);
    if (borrowed !== undefined) return borrowed;
    if (valueOf(limit.by) === 'switch')
      return [...policer(instance, base), ...make('limit-packets', 'packet rate limit', valueOf(limit.packetRate), () => 1)];
    return [
      ...make('limit', 'rate limit', bitsPerSec(valueOf(limit.rate)), bits, burstBits),
      ...make('limit-packets', 'packet rate limit', valueOf(limit.packetRate), () => 1),
    ];
  }
  if (side === 'receive') return make('limit-receive', 'receive rate limit', bitsPerSec(valueOf(limit.receiveRate)), bits, burstBits);
  const unit = valueOf(limit.iopsSize);
  const operations = (operation: Operation) => (unit === undefined ? 1 : Math.max(1, operation.sizeBytes / unit));
  const only = (kind: Operation['kind'], amount: (operation: Operation) => number) => (operation: Operation) =>
    operation.kind === kind ? amount(operation) : 0;
  return [
    ...make('limit', 'rate limit', bitsPerSec(valueOf(limit.rate)), bits, burstBits),
    ...make('limit-read', 'read rate limit', times8(valueOf(limit.readRate)), only('read', bits), burstBits),
    ...make('limit-write', 'write rate limit', times8(valueOf(limit.writeRate)), only('write', bits), burstBits),
    ...make('limit-iops', 'IOPS limit', valueOf(limit.iops), operations, valueOf(limit.iopsBurst)),
    ...make('limit-read-iops', 'read IOPS limit', valueOf(limit.readIops), only('read', operations), valueOf(limit.iopsBurst)),
    ...make('limit-write-iops', 'write IOPS limit', valueOf(limit.writeIops), only('write', operations), valueOf(limit.iopsBurst)),
  ];
}

/**
 * A class of HTB: sends up to its `ceil`, and has its `rate` whatever the others of its parent do. What the parent has left is shared
 * by quantum, which HTB derives from the rate. So classes share the parent in proportion to their rates, each up to its ceil: none
 * gets less than its rate where the rates fit, and what one does not use is borrowed.
 * Sources: Linux tc-htb(8); deficit round robin within a level, quantum = rate / r2q (net/sched/sch_htb.c). Not modelled: levels,
 * priorities, the 200 kB at which Linux cuts a quantum that is not stated.
 */
function borrowing(instance: VirtualDeviceInstance, base: string, burstBits: number | undefined): Stage[] | undefined {
  const { limit } = instance.decl.facts;
  const ceil = bitsPerSec(valueOf(limit.ceil));
  if (valueOf(limit.by) !== 'tc' || ceil === undefined || ceil <= 0) return undefined;
  const bits = (operation: Operation) => operation.sizeBytes * 8;
  const burstSec = burstBits === undefined ? DEFAULT_BURST_SEC : burstBits / ceil;
  const own = shaper(`${instance.path}:ceil`, instance.path, 'HTB ceil', (operation) => bits(operation) / ceil, burstSec);
  const parent = bitsPerSec(valueOf(limit.parentRate));
  if (parent === undefined || parent <= 0) return [own];
  const station: Station = { id: `${base}:htb`, kind: 'bandwidth', entity: instance.path, servers: 1, discipline: 'fair' };
  const rate = bitsPerSec(valueOf(limit.rate)) ?? 0;
  const user: User = { id: instance.path, weight: Math.max(LEAST_CLASS, rate / 1e6), priority: 0, turn: 'time' };
  return [own, { label: 'HTB parent', station, user, serviceSec: (operation) => bits(operation) / parent, costs: [] }];
}

/** A class without a rate gets next to nothing while others want more: 8 bit/s is the least that tc takes, 1 Mbit/s is used here. */
const LEAST_CLASS = 1;

/** Bytes that a policer of a switch counts: the IP packet. Source: Open vSwitch Documentation/topics/dpdk/qos.rst. */
const ETHERNET_BYTES = 18;

/**
 * A policer drops what it has no tokens for. One rate (RFC 2697): what the committed bucket cannot hold fills the excess
 * bucket. With a peak rate (RFC 2698) the second bucket fills at that rate. Green and yellow pass, red is lost.
 */
function policer(instance: VirtualDeviceInstance, base: string): Stage[] {
  const { limit } = instance.decl.facts;
  const rate = bitsPerSec(valueOf(limit.rate));
  if (rate === undefined || rate <= 0) return [];
  const peak = bitsPerSec(valueOf(limit.peakRate));
  const bits = (bytes: number | undefined) => (bytes === undefined ? undefined : bytes * 8);
  const burst = bits(valueOf(limit.burst)) ?? POLICER_BURST_BITS;
  const excess = bits(valueOf(limit.excessBurst)) ?? (peak === undefined ? 0 : burst);
  return [
    {
      label: 'policer',
      station: {
        id: `${base}:policer`,
        kind: 'policer',
        entity: instance.path,
        servers: 1,
        discipline: 'fifo',
        burstSec: burst / rate,
        excessSec: excess / rate,
        peakRatio: peak === undefined ? 0 : peak / rate,
      },
      serviceSec: (operation) => (Math.max(1, operation.sizeBytes - ETHERNET_BYTES) * 8) / rate,
      costs: [],
    },
  ];
}

/** Burst where none is stated. Source: Open vSwitch vswitch.xml, ingress_policing_burst: 8000 kbit where a rate is set. */
const POLICER_BURST_BITS = 8e6;

function defaultBurst(limit: LimitFacts): number {
  return valueOf(limit.by) === 'qemu' ? QEMU_BURST_SEC : DEFAULT_BURST_SEC;
}

function bitsPerSec(quantity: Quantity | undefined): number | undefined {
  return quantity === undefined ? undefined : quantity.base === 'B/s' ? quantity.value * 8 : quantity.value;
}

function times8(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes * 8;
}
